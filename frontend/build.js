// Bundles scripts and styles into webui/static/dist. Output goes to a folder beside it first and is renamed when whole, so
// that an interrupted build never leaves half a front end.
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';

import esbuild from 'esbuild';
import * as sass from 'sass';

const root = resolve(import.meta.dirname, '..');
const target = resolve(root, 'webui/static/dist');
const fresh = `${target}.new`;

const sassPlugin = {
  name: 'sass',
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css } = sass.compile(path, {
        loadPaths: [resolve(root, 'node_modules')],
        quietDeps: true,
        // Bootstrap 5.3 still uses @import and the old colour functions.
        silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
      });
      return { contents: css, loader: 'css', resolveDir: resolve(root, 'frontend/styles') };
    });
  },
};

await rm(fresh, { recursive: true, force: true });
await esbuild.build({
  entryPoints: {
    app: resolve(root, 'frontend/scripts/app.js'),
    viewer: resolve(root, 'frontend/scripts/viewer.js'),
    modeler: resolve(root, 'frontend/scripts/modeler.js'),
    'app-style': resolve(root, 'frontend/styles/app.scss'),
    'diagram-style': resolve(root, 'frontend/styles/diagram.css'),
  },
  outdir: fresh,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2021'],
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  assetNames: 'assets/[name]-[hash]',
  legalComments: 'none', // licences are listed in THIRD_PARTY.md, with their texts beside the bundles
  plugins: [sassPlugin],
  logLevel: 'warning',
});
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
