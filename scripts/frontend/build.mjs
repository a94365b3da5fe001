// Bundles the scripts of the pages into ../whence/web/static, or into the folder that is given: `npm ci && npm run build`.
// The bundles are committed, so that an installation needs no npm; the notices of what they contain lie beside them.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "../whence/web/static");

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["whence", "editor", "graph", "chart", "annotate"].map((name) => `src/${name}.js`),
  outdir: out,
  bundle: true,
  external: ["./graph.js", "./chart.js"], // imported when they are wanted: bundles of their own
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
});

const packages = new Set();
for (const { inputs } of Object.values(metafile.outputs)) {
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const found = bytesInOutput && /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (found) packages.add(found[1]);
  }
}
const notices = ["The scripts in this folder contain these packages.\n"];
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? (await readFile(join(folder, file), "utf8")).trim() : `Licensed under ${license}.`;
  notices.push(`${"-".repeat(72)}\n${name} ${version}\n\n${text}\n`);
}
await writeFile(join(out, "THIRD-PARTY-LICENSES.txt"), notices.join("\n"));
