"""segment-analytics-python: `/v1/batch` with Basic. `python analytics_python.py URL KEY COUNT`"""

import logging
import sys
import threading
import time

from segment.analytics.client import Client

if len(sys.argv) != 4:
    sys.exit("usage: python analytics_python.py URL KEY COUNT")
url, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
logging.getLogger("segment").setLevel(logging.CRITICAL)
lost, lock = [], threading.Lock()


def failed(_error, batch):
    with lock:
        lost.extend(batch)


# It waits for a minute after some failures in a row; what it gives up after a few is sent again here.
client = Client(key, host=url, on_error=failed, max_retries=4, max_queue_size=count + 1, upload_size=100, timeout=5, gzip=True)
for k in range(1, count + 1):
    client.track(f"u{k}", "Client Sent", {"number": k})
again = 0
while True:
    client.queue.join()
    with lock:
        missing, lost[:] = list(lost), []
    if not missing:
        break
    again += len(missing)
    time.sleep(0.3)
    for message in missing:
        client.queue.put(message)
print(f"delivered {count} of {count}, {again} by sending again")
