// A certified OpenID provider for the browser suite: npm's `oidc-provider`, with its own sign-in and consent pages, on a free
// port of 127.0.0.1.
//
//     node provider.mjs [--exact-redirect URI]... [--profile-in-id-token]
//
// Prints `issuer: http://127.0.0.1:PORT` and then one line of JSON for each request that it answered. Ends when its standard
// input does. May touch: one loopback port; everything else is in memory.
//
// Two public clients, both with PKCE:
//   `game`        native: any port of the three loopback hosts, path /callback (RFC 8252 section 7.3); RS256; also on another
//                 screen (RFC 8628).
//   `exact-game`  web: each `--exact-redirect` compared as a whole, as many consoles do it; ES256.
//
// Players: any name with any password. `maren` and `juna` have a profile as players have one, with letters beyond ASCII.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import './older-node.mjs';

// Not at the top, since all that stands there is resolved before any of it runs.
const { default: Provider } = await import('oidc-provider');

const { values: options } = parseArgs({
  options: {
    'exact-redirect': { type: 'string', multiple: true, default: [] },
    'profile-in-id-token': { type: 'boolean', default: false },
  },
});

const players = {
  maren: { name: 'Maren Ødegård', email: 'maren@example.org', email_verified: true, preferred_username: 'maren' },
  juna: { name: '結城 ユナ', email: 'juna@example.org', email_verified: false, preferred_username: 'juna' },
};

const paths = (path) => ['127.0.0.1', '[::1]', 'localhost'].map((host) => `http://${host}${path}`);
const clients = [
  {
    client_id: 'game',
    client_name: 'The Game',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    redirect_uris: paths('/callback'),
    post_logout_redirect_uris: paths('/signed-out'),
  },
];
if (options['exact-redirect'].length > 0) {
  clients.push({
    client_id: 'exact-game',
    client_name: 'The Exact Game',
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    id_token_signed_response_alg: 'ES256',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: options['exact-redirect'],
  });
}

const key = (kid, type, typeOptions) => ({
  kid,
  use: 'sig',
  ...generateKeyPairSync(type, typeOptions).privateKey.export({ format: 'jwk' }),
});

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  jwks: { keys: [key('rsa', 'rsa', { modulusLength: 2048 }), key('ec', 'ec', { namedCurve: 'P-256' })] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  // True, which is the specification's reading: with an access token at hand, what scopes ask for comes from userinfo.
  conformIdTokenClaims: !options['profile-in-id-token'],
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: id, ...players[id] }) }),
  ttl: {
    AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, RefreshToken: 3600, Session: 3600,
  },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
});

// What the suite may read about a request. No code, token, state, nonce or challenge is among it.
const told = [
  'client_id', 'scope', 'response_type', 'redirect_uri', 'code_challenge_method', 'prompt', 'login_hint', 'max_age',
  'grant_type', 'token_type_hint', 'post_logout_redirect_uri', 'logout',
];
provider.use(async (context, next) => {
  const began = Date.now();
  try {
    await next();
  } finally {
    const sent = context.oidc?.params ?? context.oidc?.body ?? {};
    console.log(JSON.stringify({
      route: context.oidc?.route ?? null,
      method: context.method,
      path: context.path,
      status: context.status,
      sent: Object.keys(sent).filter((name) => sent[name] !== undefined).sort(),
      params: Object.fromEntries(told.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]])),
      error: context.body?.error ?? null,
      browser: /Chrom/.test(context.get('user-agent')),
      took_ms: Date.now() - began,
    }));
  }
});
// Why, which it keeps from the client.
for (const event of ['authorization.error', 'grant.error', 'userinfo.error', 'revocation.error', 'end_session.error']) {
  provider.on(event, (_context, error) => console.error(`${event}: ${error.message}: ${error.error_detail ?? ''}`));
}
provider.on('server_error', (_context, error) => console.error(error));

server.on('request', provider.callback());
console.log(`issuer: ${issuer}`);

process.stdin.resume();
process.stdin.on('end', () => {
  server.close();
  server.closeAllConnections();
});
