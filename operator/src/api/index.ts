export { buildCrd } from './crd.ts';
export { formatQuantity, parseQuantity } from './quantity.ts';
export { clusterRules, instanceRules, leaderElectionRules, type OperatorRule } from './rbac.ts';
export { API_VERSION, GROUP, KIND, PLURAL, VERSION } from './v1alpha1/group.ts';
export { tickStormSpec, type TickStormSpec, type TickStormSpecInput } from './v1alpha1/spec.ts';
export { tickStormStatus, type Condition, type TickStormStatus } from './v1alpha1/status.ts';
export { parseTickStorm, type ParsedTickStorm, type TickStorm, type TickStormMeta } from './v1alpha1/tick-storm.ts';
