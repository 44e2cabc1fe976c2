interface PodAffinityTerm {
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: unknown;
}

interface PodAffinityTerms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm: PodAffinityTerm }[];
}

/** What of a pod's affinity quotas look at. */
export interface PodAffinity {
  readonly podAffinity?: PodAffinityTerms;
  readonly podAntiAffinity?: PodAffinityTerms;
}

/** Whether it looks at pods of other namespaces: the scope CrossNamespacePodAffinity of quotas (KEP-2249). */
export function crossesNamespaces({ podAffinity, podAntiAffinity }: PodAffinity = {}): boolean {
  return [podAffinity, podAntiAffinity]
    .flatMap((terms) => [
      ...(terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ])
    .some(({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined);
}
