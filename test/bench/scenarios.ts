import type { Scenario } from './scenario.ts';
import { connect } from './scenarios/connect.ts';
import { fanout } from './scenarios/fanout.ts';
import { filters } from './scenarios/filters.ts';
import { hundredThousand } from './scenarios/hundred-thousand.ts';
import { latency } from './scenarios/latency.ts';
import { memory } from './scenarios/memory.ts';
import { overload } from './scenarios/overload.ts';
import { slow } from './scenarios/slow.ts';
import { soak } from './scenarios/soak.ts';
import { tls } from './scenarios/tls.ts';
import { ticks } from './scenarios/ticks.ts';

export const scenarios: readonly Scenario[] = [
  fanout,
  latency,
  ticks,
  tls,
  memory,
  connect,
  slow,
  overload,
  filters,
  hundredThousand,
  soak,
];

/** The ones that run when none is named: the soak takes half an hour and must be asked for. */
export const usual: readonly Scenario[] = scenarios.filter((scenario) => scenario !== soak);
