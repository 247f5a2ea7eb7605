"""Signs players in with Authlib's OAuth2Session, as its documentation does. Speaks the words of ../../peer.rs.

The authority comes in REQUESTS_CA_BUNDLE. The keys are fetched when there is a token to be verified, as Authlib's own clients for web frameworks do. May touch: the network.
"""

import json
import platform
import sys
import threading
import time
from importlib.metadata import version

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

REDIRECT_URI = "http://127.0.0.1:8765/callback"
SCOPE = "openid profile email offline_access"

players = {}
output = threading.Lock()


class Player:
    def __init__(self, issuer, userinfo):
        self.userinfo = userinfo
        self.session = OAuth2Session(
            "practice-game",
            scope=SCOPE,
            redirect_uri=REDIRECT_URI,
            code_challenge_method="S256",
            token_endpoint_auth_method="none",
        )
        answer = self.session.get(f"{issuer}/.well-known/openid-configuration", withhold_token=True)
        answer.raise_for_status()
        self.metadata = answer.json()

    def click(self):
        self.verifier = generate_token(48)
        self.nonce = generate_token(32)
        url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=self.verifier, nonce=self.nonce
        )
        return {"url": url}

    def callback(self, url):
        token = self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=url,
            state=self.state,
            code_verifier=self.verifier,
        )
        claims = self.verified(token)
        if self.userinfo:
            answer = self.session.get(self.metadata["userinfo_endpoint"])
            answer.raise_for_status()
            profile = answer.json()
            if profile["sub"] != claims["sub"]:
                raise ValueError("userinfo is about somebody else")
            claims = profile
        return {"subject": claims["sub"], "name": claims["name"]}

    def verified(self, token):
        answer = self.session.get(self.metadata["jwks_uri"], withhold_token=True)
        answer.raise_for_status()
        decoded = jwt.decode(token["id_token"], KeySet.import_key_set(answer.json()), algorithms=["RS256"])
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"values": [self.metadata["issuer"]]}},
            {"nonce": self.nonce, "client_id": "practice-game", "access_token": token["access_token"]},
        )
        claims.validate(leeway=120)
        return claims

    def refresh(self):
        self.session.refresh_token(self.metadata["token_endpoint"])
        return {}


def obey(command):
    number = command["id"]
    what = command["do"]
    began = time.perf_counter()
    if what == "create":
        players[number] = Player(command["issuer"], command["userinfo"])
        return {}
    if what == "end":
        players.pop(number, None)
        return {}
    words = {
        "click": lambda player: player.click(),
        "callback": lambda player: player.callback(command["url"]),
        "refresh": lambda player: player.refresh(),
    }
    answer = words[what](players[number])
    return {"ms": (time.perf_counter() - began) * 1000} | answer


def say(answer):
    with output:
        print(json.dumps(answer), flush=True)


def serve(command):
    try:
        answer = obey(command)
    except Exception as problem:  # The bench is told whatever it is, and ends.
        answer = {"error": f"{type(problem).__name__}: {problem}"}
    say({"id": command["id"]} | answer)


say({"name": "Authlib", "version": version("authlib"), "runtime": f"Python {platform.python_version()}"})
for line in sys.stdin:
    threading.Thread(target=serve, args=[json.loads(line)], daemon=True).start()
