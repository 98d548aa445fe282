// Drives the official client `kisi-client` against the sandbox and prints TAP.
// Environment: KISI_URL (with a slash at the end), KISI_KEY.  The client is found from NODE_PATH's folder.

import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.NODE_PATH, "here.js"));
const loaded = require("kisi-client");
const Kisi = loaded.default ?? loaded;

let count = 0;
let failed = 0;

function ok(name, passed, found) {
  count += 1;
  failed += passed ? 0 : 1;
  console.log(`${passed ? "ok" : "not ok"} ${count} - ${name}`);
  if (!passed) console.log(`# found ${JSON.stringify(found)}`);
}

function equal(name, found, wanted) {
  ok(name, JSON.stringify(found) === JSON.stringify(wanted), found);
}

async function refusal(promise) {
  try {
    return { answered: await promise };
  } catch (error) {
    return error;
  }
}

// The client wants a slash behind the address and none before the paths; it has no patch of its own.
const kisi = new Kisi({ baseURL: process.env.KISI_URL });
kisi.setLoginSecret(process.env.KISI_KEY);

const list = await kisi.get("users", { limit: 2, sort: "name" });
equal("a list has its rows", list.data.map((user) => user.name), ["Ann", "Bo"]);
equal("and its range", list.pagination, { offset: 0, limit: 2, count: 3 });
const none = await kisi.get("teams");
equal("an empty list has a range, too", [none.data, none.pagination.count], [[], 0]);

const made = await kisi.post("users", { user: { email: "cy@example.org", sendEmails: false } });
equal("create", [made.email, made.resourceType, made.accessEnabled], ["cy@example.org", "User", true]);
const put = await kisi.put(`users/${made.id}`, { user: { accessEnabled: false } });
ok("update by PUT has no body", !put, put);
await kisi.client.patch(`users/${made.id}`, { user: { name: "Cy" } });
const read = await kisi.get(`users/${made.id}`);
equal("both took", [read.name, read.accessEnabled], ["Cy", false]);

const right = await kisi.post("role_assignments", {
  roleAssignment: { userId: made.id, groupId: 7, roleId: "group_basic", validUntil: "2030-01-01T00:00:00.000Z" },
});
equal("a right in the old form", [right.appliesToType, right.validUntil], ["Group", "2030-01-01T00:00:00.000Z"]);
const twice = await refusal(kisi.post("role_assignments", {
  roleAssignment: { userId: made.id, groupId: 7, roleId: "group_basic" },
}));
equal("a second one is a conflict", [twice.status, twice.reason], [409, "The record already exists"]);
const invalid = await refusal(kisi.post("users", { user: { email: "nobody" } }));
equal("422", [invalid.status, invalid.code], [422, "000000"]);
ok("with its reasons", JSON.stringify(invalid.reason ?? "").includes("email"), invalid.reason);

const gone = await kisi.delete(`role_assignments/${right.id}`);
ok("delete has no body", !gone, gone);
equal("and again is 404", (await refusal(kisi.delete(`role_assignments/${right.id}`))).status, 404);

kisi.setLoginSecret("another");
equal("a wrong key is 401", (await refusal(kisi.get("users"))).status, 401);

console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
