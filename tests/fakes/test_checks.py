"""What is refused, with which status and which words."""

import random
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.fuzz.values import changed

from .client import MODEL, Client, call, function, output
from .xai.refusals import Known
from .xai.server import FakeXai
from .xai.state import Settings
from .xai.turns import Turn

TOOLS = [function()]


@pytest.mark.parametrize(
    ("header", "status", "error"),
    [
        ("", 401, "No credentials presented."),
        ("Bearer ", 401, "No credentials presented."),
        ("Basic xai-fake-key", 401, "No credentials presented."),
        ("Bearer xai-wrong-key", 400, "Incorrect API key provided: xa***ey."),
    ],
)
@pytest.mark.parametrize("path", ["/v1/api-key", "/v1/me", "/v1/models", "/v1/language-models"])
async def test_keys(client: Client, path: str, header: str, status: int, error: str) -> None:
    client.headers = {"Authorization": header} if header else {}
    reply = await client.get(path)
    assert reply.status == status
    assert reply.error.startswith(error)


@pytest.mark.parametrize("header", ["", "Bearer xai-wrong-key"])
async def test_keys_of_responses_and_pictures(client: Client, header: str) -> None:
    client.headers = {"Authorization": header}
    assert (await client.ask()).status in {400, 401}
    assert (await client.stream()).status in {400, 401}
    reply = await client.post("/v1/images/generations", {"prompt": "a cat"})
    assert reply.status in {400, 401}


@pytest.mark.parametrize(
    ("change", "status", "code", "error"),
    [
        ({"key_blocked": True}, 403, "permission-denied", "The API key is blocked."),
        ({"key_disabled": True}, 403, "permission-denied", "The API key is disabled."),
        ({"team_blocked": True}, 403, "permission-denied", "The team that owns"),
        ({"credits": False}, 403, "permission-denied", "Your team"),
        ({"credits": False, "credits_status": 429}, 429, "resource-exhausted", "Your team"),
    ],
)
async def test_accounts(
    xai: FakeXai, client: Client, change: dict[str, Any], status: int, code: str, error: str
) -> None:
    for name, value in change.items():
        setattr(xai.account, name, value)
    reply = await client.ask()
    assert (reply.status, reply.body["code"]) == (status, code)
    assert reply.error.startswith(error)
    assert (await client.get("/v1/api-key")).status == 200


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        # A model that was never there, and some that are gone.
        ({"model": "gpt-5"}, 400, "Model not found: gpt-5"),
        ({"model": None}, 400, "Model not found: latest"),
        ({"model": "grok-3"}, 404, "The model grok-3 does not exist or your team"),
        ({"model": "grok-4-1-fast-reasoning"}, 404, "The model grok-4-1-fast-reasoning does not"),
        # Types.
        ({"input": None}, 422, "missing field `input`"),
        ({"temperature": "warm"}, 422, "temperature: invalid type, expected a number"),
        ({"stream": 1}, 422, "stream: invalid type, expected a boolean"),
        ({"max_output_tokens": True}, 422, "max_output_tokens: invalid type"),
        ({"input": [7]}, 422, "untagged enum ModelInput"),
        ({"input": [{"type": "telepathy"}]}, 422, "untagged enum ModelInput"),
        ({"input": [{"role": "user"}]}, 422, "missing field `content`"),
        ({"input": [{"role": "butler", "content": "x"}]}, 422, "unknown role `butler`"),
        ({"input": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}, 422,
         "untagged enum ModelInputContent"),
        ({"input": [{**output(), "output": {"a": 1}}]}, 422, "output: invalid type"),
        ({"input": [{"type": "function_call_output", "output": "x"}]}, 422, "missing field `call"),
        ({"tools": [{"type": "telepathy"}]}, 422, "untagged enum ModelTool"),
        ({"tools": [{"type": "function", "name": "x"}]}, 422, "missing field `parameters`"),
        ({"text": {"format": {"type": "json_schema"}}}, 422, "missing field `schema`"),
        # Fields that others know.
        ({"metadata": {"a": "b"}}, 400, "Argument not supported: metadata"),
        ({"max_tokens": 5}, 400, "Argument not supported: max_tokens"),
        ({"background": True}, 400, "Argument not supported: background"),
        ({"tempreature": 1}, 400, "Argument not supported: tempreature"),
        ({"search_parameters": {"mode": "on"}}, 410, "Live search is deprecated."),
        ({"web_search_options": {}}, 410, "Live search is deprecated."),
        # Sampling.
        ({"presence_penalty": 0}, 400, "does not support parameter presencePenalty."),
        ({"frequency_penalty": 0}, 400, "does not support parameter frequencyPenalty."),
        ({"stop": ["x"]}, 400, "does not support parameter stop."),
        ({"temperature": 2.5}, 400, "temperature"),
        ({"top_p": 0}, 400, "top_p"),
        ({"max_output_tokens": 0}, 400, "max_output_tokens"),
        # Tools.
        ({"tools": [function(f"f{n}") for n in range(129)]}, 400, "A maximum of 128 tools"),
        ({"tools": [function(anyOf=[{"type": "object"}])]}, 400, "anyOf at the top level"),
        ({"tools": [function(oneOf=[{"type": "object"}])]}, 400, "oneOf at the top level"),
        ({"tools": [function(type="string")]}, 400, "must be an object"),
        ({"tools": [function("turn on")]}, 400, "Invalid function name: turn on"),
        ({"tools": [function(), function()]}, 400, "Duplicate function name: light_on"),
        ({"tools": TOOLS, "tool_choice": {"type": "function", "name": "other"}}, 400, "other"),
        ({"tools": [{"type": "web_search", "external_web_access": True}]}, 400,
         "Argument not supported: external_web_access"),
        ({"tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]}, 400,
         "Argument not supported: container"),
        ({"tools": [{"type": "web_search", "allowed_domains": list("abcdef")}]}, 400, "at most 5"),
        ({"tools": [{"type": "x_search", "allowed_x_handles": ["a"],
                     "excluded_x_handles": ["b"]}]}, 400, "cannot be set with"),
        # Conversations.
        ({"instructions": "x", "previous_response_id": "y"}, 404, "Response with id=y"),
        ({"input": [output()]}, 400, "No tool call found for function call output"),
        ({"input": [call()]}, 400, "No tool output found for function call call-1."),
        ({"input": [call(), output(), output()]}, 400, "No tool call found"),
        ({"input": [output(), call()]}, 400, "No tool call found"),
        ({"input": [{"type": "reasoning", "summary": [], "content": None}]}, 400,
         "content must not be null"),
        ({"input": [{"type": "reasoning", "summary": [], "encrypted_content": "c2VjcmV0"}]}, 400,
         "Could not decrypt the provided encrypted_content."),
        ({"input": [{"type": "reasoning", "encrypted_content": "c2VjcmV0"}]}, 400,
         "Could not decode the compaction blob."),
    ],
)  # fmt: skip
async def test_requests(
    xai: FakeXai, client: Client, body: dict[str, Any], status: int, error: str
) -> None:
    reply = await client.stream(**{"input_": "hello", **_renamed(body)})
    assert reply.status == status
    assert error in reply.error
    assert xai.requests[-1].events == []


def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {"input_" if name == "input" else name: value for name, value in body.items()}


@pytest.mark.parametrize(
    ("model", "taken", "refused"),
    [
        ("grok-4.7", ["low", "minimal", "xhigh"], ["none", "max"]),
        ("grok-4.5", ["low", "medium", "high"], ["none", "xhigh"]),
        ("grok-4.3", ["none", "low", "high"], ["xhigh"]),
        ("grok-4.20-0309-reasoning", [], ["low", "none"]),
        ("grok-4.20-0309-non-reasoning", [], ["low", "none"]),
        ("grok-build-0.1", [], ["low"]),
    ],
)
async def test_efforts(client: Client, model: str, taken: list[str], refused: list[str]) -> None:
    statuses = {
        effort: (await client.ask(model=model, reasoning={"effort": effort})).status
        for effort in (*taken, *refused)
    }
    assert statuses == dict.fromkeys(taken, 200) | dict.fromkeys(refused, 400)
    assert (await client.ask(model=model, reasoning={"summary": "concise"})).status == 200


async def test_what_a_careful_client_sends_is_taken(client: Client) -> None:
    reply = await client.ask(
        [
            {"type": "message", "role": "system", "content": "Be short."},
            {"role": "developer", "content": [{"type": "input_text", "text": "It is noon."}]},
            {"role": "user", "content": "Light!"},
            call(),
            output(),
        ],
        instructions="You are a house.",
        tools=[function(strict=False), {"type": "web_search", "allowed_domains": ["a.example"]}],
        tool_choice="auto",
        parallel_tool_calls=True,
        include=["reasoning.encrypted_content"],
        max_output_tokens=500,
        max_turns=3,
        prompt_cache_key="house",
        reasoning={"effort": "low"},
        service_tier="priority",
        store=False,
        temperature=0.2,
        top_p=0.9,
        text={"format": {"type": "text"}},
        user="somebody",
    )
    assert reply.status == 200, reply.text


async def test_broken_json_is_answered_in_plain_text(client: Client, xai: FakeXai) -> None:
    async with (
        ClientSession() as session,
        session.post(f"{xai.url}/responses", data=b"{", headers=client.headers) as response,
    ):
        assert (response.status, response.content_type) == (400, "text/plain")


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/chat/completions", "/", "/v1/modelz"])
async def test_other_paths(client: Client, path: str) -> None:
    reply = await client.get(path)
    assert (reply.status, reply.body["code"]) == (404, "not-found")
    assert reply.error.startswith("No handler found on route.")


class TestReasoning:
    """Encrypted content is good for this server and its model, unchanged."""

    @pytest.fixture
    async def secret(self, client: Client) -> dict[str, Any]:
        reply = await client.ask(include=["reasoning.encrypted_content"])
        item: dict[str, Any] = reply.items("reasoning")[0]
        return item

    async def test_it_may_come_back(self, client: Client, secret: dict[str, Any]) -> None:
        again = [secret, {"role": "user", "content": "go on"}]
        assert (await client.ask(again)).status == 200

    async def test_not_to_another_model(self, client: Client, secret: dict[str, Any]) -> None:
        reply = await client.ask([secret, {"role": "user", "content": "x"}], model="grok-4.5")
        assert reply.error.startswith("Could not decrypt")

    async def test_not_changed(self, client: Client, secret: dict[str, Any]) -> None:
        content = secret["encrypted_content"]
        changed = ("B" if content[0] == "A" else "A") + content[1:]
        reply = await client.ask([{**secret, "encrypted_content": changed}])
        assert reply.error.startswith("Could not decrypt")

    async def test_not_from_another_server(self, client: Client, secret: dict[str, Any]) -> None:
        async with FakeXai().running() as other, ClientSession() as session:
            reply = await Client(session, other).ask([secret])
        assert reply.error.startswith("Could not decrypt")

    async def test_it_comes_only_if_asked_for(self, client: Client) -> None:
        assert "encrypted_content" not in (await client.ask()).items("reasoning")[0]


async def test_a_refused_request_takes_no_turn(xai: FakeXai, client: Client) -> None:
    xai.will(Turn("Later."))
    await client.ask(metadata={})
    assert len(xai.script) == 1


class TestLenient:
    """A lenient server answers, and notes what it let pass."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(lenient=True, hard=False)

    async def test_it_answers_what_home_assistants_own_agent_sends(
        self, xai: FakeXai, client: Client
    ) -> None:
        reply = await client.stream(
            prompt_cache_retention="24h", safety_identifier="x", metadata={}, service_tier="auto"
        )
        assert reply.said() == "Hello."
        assert [(each.text, each.known) for each in xai.requests[-1].refusals] == [
            ("Argument not supported: prompt_cache_retention", Known.STRICTER),
            ("Argument not supported: safety_identifier", Known.STRICTER),
            ("Argument not supported: metadata", Known.SEEN),
        ]

    async def test_a_wrong_key_is_wrong_all_the_same(self, client: Client) -> None:
        client.headers = {"Authorization": "Bearer wrong"}
        assert (await client.ask()).status == 400


async def test_instructions_go_with_no_former_response(client: Client) -> None:
    first = await client.ask()
    reply = await client.ask("x", instructions="y", previous_response_id=first.body["id"])
    assert "cannot be used alongside" in reply.error


async def test_a_conversation_goes_on_from_a_stored_response(client: Client) -> None:
    stored = await client.ask()
    assert (await client.ask("x", previous_response_id=stored.body["id"])).status == 200
    unstored = await client.ask(store=False)
    assert (await client.ask("x", previous_response_id=unstored.body["id"])).status == 404


async def test_a_prompt_has_to_fit(client: Client) -> None:
    reply = await client.ask("x " * 260_000, model="grok-build-0.1")
    assert reply.error.startswith("This model's maximum prompt length is 256000 but")


async def test_no_request_breaks_the_server(client: Client) -> None:
    """Whatever comes in, what goes out is one of xAI's answers."""
    item = {"role": "user", "content": [{"type": "input_text", "text": "turn on the light"}]}
    sound = {
        "model": MODEL,
        "input": [item, call(), output()],
        "tools": [function(), {"type": "web_search"}],
        "reasoning": {"effort": "low"},
        "text": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
    }
    seen = set()
    for seed in range(200):
        rng = random.Random(seed)
        body = changed(rng, sound)
        for name in ("input", "tools"):
            if isinstance(body.get(name), list):
                body[name] = [
                    changed(rng, each) if isinstance(each, dict) else each for each in body[name]
                ]
        reply = await client.post("/v1/responses", body)
        seen.add(reply.status)
        assert reply.status < 500, (seed, body, reply.text)
    assert seen == {200, 400, 422}


async def test_the_key_is_in_no_record(xai: FakeXai, client: Client) -> None:
    await client.ask()
    assert xai.account.key not in repr(xai.requests)
    assert xai.requests[-1].headers["Authorization"] == "Bearer xa***ey"
    assert xai.requests[-1].body == {"model": MODEL, "input": "hello"}
