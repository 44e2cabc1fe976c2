import { clusterRules, instanceRules, leaderElectionRules, type OperatorRule } from './api/rbac.ts';
import { markdownTable } from './markdown-table.ts';

/** One row a resource, so that each can be looked up. */
function rowsOf(where: string, { apiGroups, resources, verbs, reason }: OperatorRule): string[][] {
  return apiGroups.flatMap((group) =>
    resources.map((resource) => [
      `\`${group === '' ? resource : `${resource}.${group}`}\``,
      verbs.map((verb) => `\`${verb}\``).join(' '),
      where,
      reason,
    ]),
  );
}

/** What the operator may do, and why, as a table in Markdown. */
export function permissionsTable(): string {
  const rows = [
    ...instanceRules.flatMap((rule) => rowsOf('served namespaces', rule)),
    ...clusterRules.flatMap((rule) => rowsOf('the whole cluster, where all namespaces are served', rule)),
    ...leaderElectionRules.flatMap((rule) => rowsOf('its own namespace', rule)),
  ];
  return markdownTable(['Resource', 'Verbs', 'Where', 'Why'], rows);
}
