import { z } from 'zod';
import { withRules } from './markers.ts';
import { isQuantityRule, quantityField } from './quantity-field.ts';

const amounts = (
  what: string,
  [cpu, memory, storage]: readonly [string, string, string],
): z.ZodPrefault<
  z.ZodObject<{
    cpu: z.ZodDefault<ReturnType<typeof quantityField>>;
    memory: z.ZodDefault<ReturnType<typeof quantityField>>;
    'ephemeral-storage': z.ZodDefault<ReturnType<typeof quantityField>>;
  }>
> =>
  z
    .object({
      cpu: quantityField('500m or 2').describe('CPU cores.').default(cpu),
      memory: quantityField('512Mi or 2Gi').describe('Memory in bytes.').default(memory),
      'ephemeral-storage': quantityField('500Mi or 1Gi').describe('Local storage in bytes.').default(storage),
    })
    .describe(what)
    .prefault({});

const notAbove = (resource: 'cpu' | 'memory' | 'ephemeral-storage', field: string) => {
  // CEL spells a property with a dash as `ephemeral__dash__storage`.
  const property = resource.replaceAll('-', '__dash__');
  const [request, limit] = [`self.requests.${property}`, `self.limits.${property}`];
  return {
    rule: `!(${isQuantityRule(`string(${request})`)}) || !(${isQuantityRule(`string(${limit})`)}) || quantity(string(${request})).compareTo(quantity(string(${limit}))) <= 0`,
    message: `requests.${resource} must not be above limits.${resource}`,
    messageExpression: `'requests.${resource} (' + string(${request}) + ') must not be above limits.${resource} (' + string(${limit}) + ')'`,
    fieldPath: field,
  };
};

/** What the container may use and what is reserved for it. */
export const resources = withRules(
  z.object({
    limits: amounts('The most that the container may use.', ['2000m', '2Gi', '1Gi']),
    requests: amounts('What is reserved for the container.', ['500m', '1Gi', '500Mi']),
  }),
  [
    notAbove('cpu', '.requests.cpu'),
    notAbove('memory', '.requests.memory'),
    notAbove('ephemeral-storage', ".requests['ephemeral-storage']"),
  ],
)
  .describe('Compute resources of the server container.')
  .prefault({});

const byteCount = (): z.ZodInt => z.int().min(0);

/** Limits that the server sets for its own processes (setrlimit), the ULIMIT_* variables. */
export const processLimits = z
  .object({
    openFiles: z
      .int32()
      .min(64)
      .max(1_048_576)
      .default(65_536)
      .describe('Open files, sockets included. ULIMIT_MAX_OPEN_FILES.'),
    memoryBytes: byteCount()
      .min(134_217_728)
      .max(1_099_511_627_776)
      .optional()
      .describe(
        "Memory of the pod's processes together, in bytes; absent means three quarters of runtime.memoryLimit, or else " +
          'of limits.memory (1610612736 of 2Gi). ULIMIT_MAX_MEMORY_SIZE.',
      ),
    cpuTimeSeconds: z
      .int32()
      .min(0)
      .default(7_200)
      .describe('CPU seconds after which a worker process is recycled; 0 means no limit. ULIMIT_MAX_CPU_TIME.'),
    stackBytes: byteCount()
      .min(2_097_152)
      .max(1_073_741_824)
      .default(8_388_608)
      .describe('Stack size in bytes. ULIMIT_MAX_STACK_SIZE.'),
    coreBytes: byteCount()
      .max(1_099_511_627_776)
      .default(0)
      .describe('Size of core dumps in bytes; 0 means none. ULIMIT_MAX_CORE_SIZE.'),
  })
  .describe('Process limits that the server sets and enforces for itself.')
  .prefault({});

/** Size of the language runtime inside the container's limits. */
export const runtime = withRules(
  z.object({
    heapMegabytes: z
      .int32()
      .min(64)
      .optional()
      .describe(
        'Megabytes (MiB) of JavaScript heap for all processes of a pod together, shared equally by supervisor and ' +
          'workers. Absent, the server gives 1400/1536 of processLimits.memoryBytes to heaps, a quarter of that to its ' +
          'supervisor and the rest to its workers (of 2Gi: 1050 for the workers together).',
      ),
    memoryLimit: quantityField('1536Mi or 2Gi')
      .optional()
      .describe(
        'Memory that the server sizes itself after and keeps below; absent means limits.memory. Less leaves room for ' +
          'containers that podTemplate adds. MEMORY_LIMIT.',
      ),
    workers: z
      .int32()
      .min(1)
      .max(64)
      .optional()
      .describe('Processes that accept connections; absent means one per CPU of limits.cpu, rounded up. WORKERS.'),
  }),
  [
    {
      rule:
        `!has(self.memoryLimit) || !(${isQuantityRule('string(self.memoryLimit)')}) || ` +
        `(quantity(string(self.memoryLimit)).compareTo(quantity('64Mi')) >= 0 && ` +
        `quantity(string(self.memoryLimit)).compareTo(quantity('1Ti')) <= 0)`,
      message: 'memoryLimit must be from 64Mi to 1Ti',
      fieldPath: '.memoryLimit',
    },
  ],
)
  .describe("Size of the server's runtime.")
  .prefault({});
