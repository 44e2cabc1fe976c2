import type { Plan } from '../plan.ts';

/** A plan in which everything fits. */
export const fittingPlan: Plan = {
  replicas: 2,
  strategy: 'SurgeOne',
  minReadySeconds: 35,
  mostReplicas: undefined,
  hasRoom: true,
  quota: { holds: true, reason: 'QuotaFits', message: 'fits' },
  limitRange: { holds: false, reason: 'LimitRangesFit', message: 'fits' },
  disruption: { holds: true, reason: 'EvictionsPossible', message: 'possible' },
};
