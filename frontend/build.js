// Bundles scripts and styles into webui/static/dist. Output goes to a folder beside it first and is renamed when whole, so
// that an interrupted build never leaves half a front end.
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import esbuild from 'esbuild';
import * as sass from 'sass';

const here = import.meta.dirname;
const packages = resolve(here, 'node_modules');
const target = resolve(here, '../webui/static/dist');
const fresh = `${target}.new`;

const sassPlugin = {
  name: 'sass',
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css } = sass.compile(path, {
        silenceDeprecations: ['import'], // the files are one stylesheet in one scope
      });
      return { contents: css, loader: 'css', resolveDir: resolve(here, 'styles') };
    });
  },
};

// Two bpmn-js files carry icons with inline styles, which our content security policy refuses: the same as attributes.
const iconPlugin = {
  name: 'icons-without-inline-style',
  setup(build) {
    build.onLoad({ filter: /(Align|Distribute)ElementsIcons\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const asAttributes = (_, css) => css.split(';').filter(Boolean).map((rule) => rule.replace(':', '="') + '"').join(' ');
      return { contents: source.replace(/style="([^"]*)"/g, asAttributes), loader: 'js' };
    });
  },
};

// The licence texts of every package that went into the bundles, as those licences ask.
async function licences(metafile) {
  const names = new Set();
  for (const path of Object.keys(metafile.inputs)) {
    const [, name] = path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
    if (name) names.add(name);
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = resolve(packages, name);
    const { version, license } = JSON.parse(await readFile(resolve(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(resolve(folder, file), 'utf8') : '';
    parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

await rm(fresh, { recursive: true, force: true });
const { metafile } = await esbuild.build({
  entryPoints: {
    app: resolve(here, 'scripts/app.js'),
    viewer: resolve(here, 'scripts/viewer.js'),
    modeler: resolve(here, 'scripts/modeler.js'),
    mapping: resolve(here, 'scripts/mapping.js'),
    'app-style': resolve(here, 'styles/app.scss'),
    'diagram-style': resolve(here, 'styles/diagram.css'),
  },
  outdir: fresh,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2021'],
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  assetNames: 'assets/[name]-[hash]',
  legalComments: 'none', // licences are listed in docs/THIRD_PARTY.md, with their texts in licences.txt
  plugins: [sassPlugin, iconPlugin],
  logLevel: 'warning',
  metafile: true,
});
await writeFile(resolve(fresh, 'licences.txt'), await licences(metafile));
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
