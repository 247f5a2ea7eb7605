// What `oidc-provider` expects of Node and Node 18 lacks, which Debian 12 and Ubuntu 24.04 have. To be imported before it. With
// a newer Node it does nothing.

import * as crypto from 'node:crypto';
import { register } from 'node:module';

const moduleOf = (source) => `data:text/javascript,${encodeURIComponent(source)}`;

globalThis.crypto ??= crypto.webcrypto;
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);

if (!crypto.hash) {
  // A module's exports can't be added to, so whoever imports node:crypto gets one that has the function.
  const replacement = moduleOf(`
    import { createHash } from 'node:crypto';
    export * from 'node:crypto';
    export const hash = (algorithm, data, encoding = 'hex') => createHash(algorithm).update(data).digest(encoding);
  `);
  register(moduleOf(`
    export const resolve = (name, context, next) => {
      const replaced = name === 'node:crypto' && context.parentURL?.includes('/oidc-provider/');
      return replaced ? { url: ${JSON.stringify(replacement)}, shortCircuit: true } : next(name, context);
    };
  `));
}
