// @segment/analytics-node: `/v1/batch` with Basic.
import { Analytics } from '@segment/analytics-node';
import { count, deliver, event, key, url } from './work.mjs';

const client = new Analytics({ writeKey: key, host: url, flushAt: 100, flushInterval: 200, maxRetries: 1_000, httpRequestTimeout: 5_000 });
const run = Date.now();
await deliver(
  (k) =>
    new Promise((delivered, failed) => {
      // The same id each time: what came twice is known again.
      const message = { ...event(k), messageId: `analytics-node-${run}-${k}` };
      client.track(message, (error) => (error ? failed(error) : delivered()));
    }),
);
