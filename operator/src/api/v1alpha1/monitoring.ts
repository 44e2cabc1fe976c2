import { z } from 'zod';
import { qualifiedKeys, withRules } from './markers.ts';

const mode = (what: string): z.ZodDefault<z.ZodEnum<{ Enabled: 'Enabled'; Disabled: 'Disabled' }>> =>
  z.enum(['Enabled', 'Disabled']).default('Disabled').describe(what);

const labels = (what: string, defaults: Record<string, string>) =>
  withRules(z.record(z.string(), z.string().max(63)).meta({ maxProperties: 16 }), [qualifiedKeys('labels')])
    .describe(what)
    .default(defaults);

/** What Prometheus and Grafana are given. */
export const monitoring = z
  .object({
    serviceMonitor: z
      .object({
        mode: mode('Enabled: a ServiceMonitor NAME has the pods scraped through NAME-headless.'),
        intervalSeconds: z.int32().min(1).max(3_600).default(30).describe('Seconds between two scrapes.'),
        labels: labels('Labels that the Prometheus in charge selects by.', {}),
      })
      .describe('Scraping by the Prometheus operator.')
      .prefault({}),
    prometheusRule: z
      .object({
        mode: mode('Enabled: a PrometheusRule NAME-alerts has the alerts.'),
        labels: labels('Labels that the Prometheus in charge selects by.', {}),
      })
      .describe('Alerts for the Prometheus operator. They read the series that the ServiceMonitor brings.')
      .prefault({}),
    dashboard: z
      .object({
        mode: mode('Enabled: a ConfigMap NAME-dashboard has a Grafana dashboard.'),
        labels: labels('Labels that the sidecar of Grafana selects by.', { grafana_dashboard: '1' }),
      })
      .describe('Dashboard for a Grafana that gathers ConfigMaps.')
      .prefault({}),
  })
  .describe('Objects for Prometheus and Grafana. Where the kinds are not installed a condition says so.')
  .prefault({});
