// Renews this folder and ../icons.svg from node_modules: `npm run vendor`. What it writes is committed, so nobody else needs node.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";
import subset from "subset-font";

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULES = join(HERE, "../../../node_modules");
const OWN = ["README.md", "build.mjs", "icons.txt", "tabler.keep.txt"];
// Classes that share their name with an element we keep, and scrollbars, which are the system's business.
const UNWANTED = /\.(legend|nav|progress|figure|footer|hr|kbd)\b|::-webkit-scrollbar|::-ms-/;
const WEIGHTS = [400, 500, 600];

// The package names its licence and carries no copy of it.
const MIT = `The MIT License (MIT)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

const module = (...path) => join(MODULES, ...path);
const version = async (name) => JSON.parse(await readFile(module(name, "package.json"), "utf8")).version;
const lines = async (name) =>
  (await readFile(join(HERE, name), "utf8")).split("\n").filter((line) => line && !line.startsWith("#"));

for (const name of await readdir(HERE)) {
  if (!OWN.includes(name)) await rm(join(HERE, name), { recursive: true });
}

const written = [];
async function put(path, content) {
  await mkdir(dirname(join(HERE, path)), { recursive: true });
  await writeFile(join(HERE, path), content);
  written.push(path);
}

async function tabler() {
  const source = await readFile(module("@tabler/core/dist/css/tabler.css"), "utf8");
  const [{ css }] = await new PurgeCSS().purge({
    content: [{ raw: (await lines("tabler.keep.txt")).join(" "), extension: "txt" }],
    css: [{ raw: source }],
    defaultExtractor: (text) => text.split(/\s+/),
    safelist: { standard: ["data-bs-theme"] },
    dynamicAttributes: ["type", "disabled", "readonly", "multiple", "size", "hidden", "title", "role", "list", "href", "class"],
  });
  const sheet = postcss.parse(css);
  sheet.walkComments((comment) => comment.remove());
  // Dark mode and colours come from our tokens; Tabler's own would answer only to an attribute that is not always there.
  sheet.walkRules((rule) => {
    if (rule.parent.name === "keyframes") return;
    const kept = rule.selectors.filter((selector) => !/data-bs-theme(?!=light)/.test(selector) && !UNWANTED.test(selector));
    if (kept.length) rule.selectors = kept;
    else rule.remove();
  });
  sheet.walkAtRules(/^(media|property|font-face|keyframes)$/, (rule) => {
    if (rule.name !== "media" || /print/.test(rule.params)) rule.remove();
  });
  unusedVariables(sheet);
  sheet.walkAtRules((rule) => rule.nodes && !rule.nodes.length && rule.remove());
  await put("tabler/tabler.css", squeeze(sheet));
  await put("tabler/LICENSE", source.match(/Copyright .*/g).map((line) => line + "\n").join("") + "\n" + MIT);
}

/** Drop definitions of custom properties nobody reads, until none is left. */
function unusedVariables(sheet) {
  for (let before = -1, count = 0; before !== count; before = count) {
    const read = new Set();
    sheet.walkDecls((decl) => {
      for (const [, name] of decl.value.matchAll(/var\((--[\w-]+)/g)) read.add(name);
    });
    sheet.walkDecls(/^--/, (decl) => void (read.has(decl.prop) || decl.remove()));
    sheet.walkRules((rule) => void (rule.nodes.length || rule.remove()));
    count = read.size;
  }
}

function squeeze(sheet) {
  sheet.walk((node) => {
    node.raws.before = node.type === "decl" ? "" : "\n";
    node.raws.after = "";
    node.raws.between = node.type === "decl" ? ":" : "";
    if (node.type === "rule") node.selector = node.selectors.join(",");
    if (node.type === "atrule") node.raws.afterName = " ";
    node.raws.semicolon = false;
  });
  return sheet.toString().trim() + "\n";
}

/** For pages one file with all weights from 400 to 600, cut to the letters of the two languages; other Latin letters apart. */
async function inter() {
  const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join("");
  const everyday = range(0x20, 0x7e) + range(0xa0, 0xff) + "–—‘’“”•…‹›€−≤≥→←↑↓™ªº";
  const further = range(0x100, 0x17f) + range(0x1e80, 0x1e85) + range(0x1ea0, 0x1ef9) + "ȘșȚț₢₤₦₧₨₩₪₫₭₮₱₲₹₺₽";
  for (const [name, letters] of [["latin", everyday], ["latin-ext", further]]) {
    const font = await readFile(module(`@fontsource-variable/inter/files/inter-${name}-wght-normal.woff2`));
    const cut = await subset(font, letters, { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 600 } } });
    await put(`inter/inter-${name}.woff2`, cut);
    for (const weight of WEIGHTS) {
      const file = `inter-${name}-${weight}-normal.woff2`;
      await put(`inter/${file}`, await readFile(module("@fontsource/inter/files", file)));
    }
  }
  await put("inter/LICENSE", await readFile(module("@fontsource/inter/LICENSE")));
}

async function scripts() {
  for (const [name, file] of [["htmx.org", "htmx.min.js"], ["idiomorph", "idiomorph-ext.min.js"]]) {
    const folder = name.replace(".org", "");
    await put(`${folder}/${file}`, await readFile(module(name, "dist", file)));
    await put(`${folder}/LICENSE`, await readFile(module(name, "LICENSE")));
  }
}

async function icons() {
  const symbols = await Promise.all(
    (await lines("icons.txt")).map(async (name) => {
      const svg = await readFile(module("@tabler/icons/icons/outline", `${name}.svg`), "utf8");
      const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"))
        .replace(/\s*\n\s*/g, "")
        .replace(/<path stroke="none"[^>]*>/, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/ \/>/g, "/>")}</symbol>`;
    }),
  );
  await writeFile(join(HERE, "../icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
  await put("icons/LICENSE", await readFile(module("@tabler/icons/LICENSE")));
}

async function manifest() {
  const names = ["@tabler/core", "@tabler/icons", "@fontsource/inter", "@fontsource-variable/inter", "htmx.org", "idiomorph"];
  const packages = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await version(name)])));
  const files = {};
  for (const path of written.sort()) {
    files[path] = "sha384-" + createHash("sha384").update(await readFile(join(HERE, path))).digest("base64");
  }
  files["../icons.svg"] = "sha384-" + createHash("sha384").update(await readFile(join(HERE, "../icons.svg"))).digest("base64");
  await writeFile(join(HERE, "manifest.json"), JSON.stringify({ packages, files }, null, 2) + "\n");
}

await tabler();
await inter();
await scripts();
await icons();
await manifest();
