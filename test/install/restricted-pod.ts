/** What the restricted Pod Security Standard demands of a pod. */
export const restrictedPod = {
  securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
} as const;

/** What it demands of each container. */
export const restrictedContainer = {
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
} as const;
