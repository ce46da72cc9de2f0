// A chair's first minutes in TypeScript: every path, body and answer below is checked against the API document.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { argv: string[]; stdout: { write(text: string): void } };

const [, , baseUrl = "", signInName = "", password = ""] = process.argv;

const outside = createClient<paths>({ baseUrl });
const signedIn = await outside.POST("/v1/auth/login", { body: { sign_in_name: signInName, password } });
if (!signedIn.data) throw new Error(`not signed in: ${signedIn.response.status}`);

const union = createClient<paths>({
  baseUrl,
  headers: { Authorization: `Bearer ${signedIn.data.access_token}`, "Accept-Language": "en" },
});

const me = await union.GET("/v1/me");
if (!me.data) throw new Error(`me: ${me.response.status}`);

const made = await union.POST("/v1/organizations", {
  body: { parent_id: me.data.tenant_id, kind: "primary", name: "ППО школы № 7" },
});
if (!made.data) throw new Error(`organization: ${made.response.status}`);

const absent = await union.GET("/v1/organizations/{organization_id}", {
  params: { path: { organization_id: "01936f5e-0000-7000-8000-000000000000" } },
});
const problem: components["schemas"]["Problem"] | undefined = absent.error;

process.stdout.write(
  JSON.stringify({
    tenant: me.data.tenant_id,
    organization: made.data.name,
    version: made.response.headers.get("etag"),
    absent: problem?.code,
  }),
);
