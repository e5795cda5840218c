// Asks a resource graph as any JavaScript program would: with Microsoft's own client, page after page.
// usage: NODE_EXTRA_CA_CERTS=ca.pem node arg-client.mjs URL KQL [ROWS-PER-PAGE]
// It shows its token over TLS only, so URL is https.
// Prints one JSON line per page: {totalRecords, count, data, facets, resultTruncated, skipToken}; or, where the service
// refused, one line {status, code, details: [{code, message, …}]}.
// Exit code: 0 rows, 1 refused, 2 called wrongly.
import process from "node:process";
import { ResourceGraphClient } from "@azure/arm-resourcegraph";

const HOUR = 3_600_000;
const CREDENTIAL = { getToken: async () => ({ token: "static", expiresOnTimestamp: Date.now() + HOUR }) };

async function* pages(client, query, top) {
  let skipToken;
  do {
    const page = await client.resources({ query, options: { top, skipToken }, facets: [{ expression: "location" }] });
    skipToken = page.skipToken;
    yield page;
  } while (skipToken);
}

function refused(error) {
  const { code, details } = error.details?.error ?? error.response?.parsedBody?.error ?? {};
  return { status: error.statusCode, code, details };
}

async function main([url, query, top]) {
  if (url === undefined || query === undefined) {
    console.error("usage: node arg-client.mjs URL KQL [ROWS-PER-PAGE]");
    return 2;
  }
  const client = new ResourceGraphClient(CREDENTIAL, { endpoint: url });
  try {
    for await (const page of pages(client, query, top === undefined ? undefined : Number(top))) {
      console.log(JSON.stringify(page));
    }
    return 0;
  } catch (error) {
    if (error.statusCode === undefined) throw error;
    console.log(JSON.stringify(refused(error)));
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
