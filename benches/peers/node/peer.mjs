// Signs players in with npm's `openid-client`, as its README and its examples do. Speaks the words of ../../peer.rs.
//
//     node peer.mjs [--signatures]
//
// An ID token that comes straight from the token endpoint is taken without a look at its signature, which OpenID Connect Core 3.1.3.7
// allows; with --signatures the library's own option for it is on. The authority comes in NODE_EXTRA_CA_CERTS. May touch: the network.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { webcrypto } from 'node:crypto';

// Node 18 has it, but not where the library looks.
globalThis.crypto ??= webcrypto;
const client = await import('openid-client');

const version = JSON.parse(readFileSync(new URL('package.json', import.meta.url))).dependencies['openid-client'];
const signatures = process.argv.includes('--signatures');
const redirect_uri = 'http://127.0.0.1:8765/callback';
const players = new Map();

const words = {
  async create({ id, issuer, userinfo }) {
    const options = signatures ? { execute: [client.enableNonRepudiationChecks] } : undefined;
    const config = await client.discovery(new URL(issuer), 'practice-game', undefined, client.None(), options);
    players.set(id, { config, userinfo });
    return {};
  },

  async click({ id }) {
    const player = players.get(id);
    player.verifier = client.randomPKCECodeVerifier();
    player.state = client.randomState();
    player.nonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(player.config, {
      redirect_uri,
      scope: 'openid profile email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(player.verifier),
      code_challenge_method: 'S256',
      state: player.state,
      nonce: player.nonce,
    });
    return { url: url.href };
  },

  async callback({ id, url }) {
    const player = players.get(id);
    const began = performance.now();
    player.tokens = await client.authorizationCodeGrant(player.config, new URL(url), {
      pkceCodeVerifier: player.verifier,
      expectedState: player.state,
      expectedNonce: player.nonce,
      idTokenExpected: true,
    });
    let claims = player.tokens.claims();
    if (player.userinfo) claims = await client.fetchUserInfo(player.config, player.tokens.access_token, claims.sub);
    return { ms: performance.now() - began, subject: claims.sub, name: claims.name };
  },

  async refresh({ id }) {
    const player = players.get(id);
    const began = performance.now();
    player.tokens = await client.refreshTokenGrant(player.config, player.tokens.refresh_token);
    return { ms: performance.now() - began };
  },

  async end({ id }) {
    players.delete(id);
    return {};
  },
};

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

say({ name: 'openid-client', version, runtime: `Node.js ${process.versions.node}` });
createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const command = JSON.parse(line);
    try {
      say({ id: command.id, ...(await words[command.do](command)) });
    } catch (problem) {
      say({ id: command.id, error: `${problem.message} ${problem.cause?.message ?? ''}` });
    }
  })
  // Connections that are kept alive would keep the process alive as well.
  .on('close', () => process.exit());
