// @rudderstack/rudder-sdk-node: `/v1/batch` with Basic, packed.
import Analytics from '@rudderstack/rudder-sdk-node';
import { deliver, event, key, url } from './work.mjs';

const client = new Analytics(key, {
  dataPlaneUrl: url,
  flushAt: 100,
  flushInterval: 200,
  timeout: 5_000,
  logLevel: 'none',
  retryCount: 1_000,
  axiosRetryConfig: { retryDelay: () => 300, shouldResetTimeout: true },
  // Without it a batch that failed for good ends the process.
  errorHandler: () => {},
});
const run = Date.now();
await deliver(
  (k) =>
    new Promise((delivered, failed) => {
      const message = { ...event(k), messageId: `rudder-node-${run}-${k}` };
      client.track(message, (error) => (error ? failed(error) : delivered()));
    }),
  // It goes through its whole queue at each event: a long one keeps it from reading answers.
  300,
);
