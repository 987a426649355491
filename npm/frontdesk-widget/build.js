// Writes dist: each entry as an ES module and for `require`. The entries share index.js by its public name, so that a
// page that uses two of them loads the chat once.
import { build } from 'esbuild';

for (const name of ['index', 'react', 'vue'])
  for (const [format, kind] of [['esm', 'js'], ['cjs', 'cjs']])
    await build({
      entryPoints: [`src/${name}.js`],
      outfile: `dist/${name}.${kind}`,
      format,
      bundle: true,
      external: ['react', 'vue', 'frontdesk-widget'],
      target: 'es2022',
      charset: 'utf8',
      logLevel: 'warning',
    });
