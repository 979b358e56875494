// A certified OpenID provider with one client, for the tests of the page's sign-in. Whoever signs in is whom they say, with any password. What it says of them is in a file that is read
// anew each time: {"jane": {"groups": ["soc"]}}.
//
//   node provider.mjs SETTINGS    a file: {"port", "client", "secret", "address", "people", "claimsInIdToken", "accessTokenSeconds", "refreshTokens"}
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const settings = JSON.parse(readFileSync(process.argv[2]));
const provider = new Provider(`http://localhost:${settings.port}`, {
  clients: [{
    client_id: settings.client,
    client_secret: settings.secret,
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [`${settings.address}oidc/callback`],
    post_logout_redirect_uris: [settings.address],
  }],
  claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
  conformIdTokenClaims: !settings.claimsInIdToken,
  cookies: { keys: ['of the tests'] },
  pkce: { required: () => true },
  issueRefreshToken: async () => settings.refreshTokens === true,
  ttl: { AccessToken: settings.accessTokenSeconds ?? 3600, IdToken: 3600, RefreshToken: 86400, Session: 86400, Grant: 86400, Interaction: 3600 },
  async findAccount(_, id) {
    const person = JSON.parse(readFileSync(settings.people))[id];
    return person && { accountId: id, claims: async () => ({ sub: id, preferred_username: id, ...person }) };
  },
});
provider.on('grant.error', (_, problem) => console.log(`grant refused: ${problem.message}`));

createServer(provider.callback()).listen(settings.port, '127.0.0.1', () => console.log('listening'));
