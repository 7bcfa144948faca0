"""What people and agents said in a raw session file, and which tools were called: written from the formats' descriptions
alone, without a look at panko's readers, so that the two can be held against each other. Standard library only.

Slow and simple on purpose: a file is read whole, and nothing is skipped for speed.
"""

import json
import pathlib
import re
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Said:
    prompts: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    tools: list = field(default_factory=list)  # names, as the agent has them


def read(path, agent):
    """What `agent` ("claude", "codex", ...) wrote into the file."""
    text = pathlib.Path(path).read_bytes().decode("utf-8", errors="surrogateescape")
    return {"claude": _claude, "codex": _codex, "copilot": _copilot, "gemini": _gemini, "pi": _pi}[agent](text)


def _objects(text):
    """Every complete JSON object of the lines; several may share a line."""
    decoder = json.JSONDecoder()
    for line in text.lstrip("\ufeff").split("\n"):
        if re.search("[\udc80-\udcff]", line):
            continue  # bad UTF-8: no reader is asked to understand it
        at = 0
        while True:
            while at < len(line) and line[at] in " \t\r":
                at += 1
            if at >= len(line) or line[at] != "{":
                break
            try:
                value, at = decoder.raw_decode(line, at)
            except (ValueError, RecursionError):
                break
            yield value


def _texts(content, kinds=("text",)):
    """The texts of a message's content: a string, or a list of parts."""
    if isinstance(content, str):
        return [content]
    parts = content if isinstance(content, list) else []
    return [
        part["text"]
        for part in parts
        if isinstance(part, dict) and part.get("type") in kinds and isinstance(part.get("text"), str)
    ]


# Claude Code

_MARKUP = (
    "command-name|command-message|command-args|local-command-stdout|local-command-stderr|local-command-caveat|bash-input"
    "|bash-stdout|bash-stderr|task-notification|system-reminder|ide_opened_file|ide_selection|user-prompt-submit-hook"
)
_ELEMENT = re.compile(rf"<({_MARKUP})(?: [^>]*)?>.*?</\1>", re.S)


def _claude_prompt(text):
    """The words of a person in a text, or nothing: it may be markup as a whole."""
    if text.startswith(("[Request interrupted by user", "Caveat: The messages below", "<task-notification>")):
        return ""
    rest = _ELEMENT.sub("", text).strip()
    return rest if rest else ""


def _claude(text):
    said = Said()
    seen, calls, answers = set(), set(), set()
    for record in _objects(text):
        kind, own, message = record.get("type"), record.get("uuid"), record.get("message")
        if own in seen:
            continue
        if re.fullmatch(r"[\w-]+", own or ""):
            seen.add(own)
        if kind == "attachment":
            attachment = record.get("attachment") or {}
            if attachment.get("type") == "queued_command" and attachment.get("commandMode") != "task-notification":
                said.prompts += [p for p in map(_claude_prompt, _texts(attachment.get("prompt"))) if p]
        if not isinstance(message, dict):
            continue
        content = message.get("content")
        if kind == "user" and not record.get("isMeta") and not record.get("isCompactSummary"):
            said.prompts += [p for p in map(_claude_prompt, _texts(content)) if p]
        if kind == "assistant" and not record.get("isApiErrorMessage"):
            for answer in _texts(content):
                response = message.get("id") or record.get("requestId")
                key = (response, answer)
                if answer.strip() and (response is None or key not in answers):
                    said.answers.append(answer)
                answers.add(key)
            for part in content if isinstance(content, list) else []:
                if isinstance(part, dict) and part.get("type") == "tool_use" and part.get("id") not in calls:
                    calls.add(part.get("id"))
                    said.tools.append(part.get("name") or "")
    return said


# Codex

_INJECTED = (
    "<environment_context>", "# AGENTS.md instructions", "<recommended_plugins>", "<turn_aborted>", "<user_instructions>",
    "<permissions instructions>", "<task>", "<heartbeat>", "<skill>", "<subagent_notification>", "<ENVIRONMENT_CONTEXT>",
)  # fmt: skip
_REQUEST = "## My request for Codex:"


def _codex_prompt(text):
    """The words of a person in a text, or nothing."""
    if text.lstrip().startswith(_INJECTED):
        return ""
    if text.startswith("# Context from my IDE setup"):
        return text.partition(_REQUEST)[2]
    return text


def _codex(text):
    items, events, prompts, typed = [], [], [], []
    calls = {}
    for record in _objects(text):
        payload = record.get("payload")
        kind = record.get("type")
        if not isinstance(payload, dict):  # a bare line
            payload = record
            kind = "response_item" if kind in ("message", "function_call") else None
        inner = payload.get("type")
        if kind == "event_msg" and isinstance(payload.get("message"), str):
            if inner == "user_message":
                typed.append(_codex_prompt(payload["message"]))
            if inner == "agent_message":
                events.append(payload["message"])
        if kind != "response_item":
            continue
        if inner == "message" and payload.get("role") == "assistant":
            items += [t for t in _texts(payload.get("content"), ("output_text", "text")) if t.strip()]
        if inner == "message" and payload.get("role") == "user":
            prompts += map(_codex_prompt, _texts(payload.get("content"), ("input_text", "text")))
        if inner in ("function_call", "custom_tool_call"):
            name = payload.get("name") or ""
            calls.setdefault(payload.get("call_id"), f"{payload['namespace']}.{name}" if payload.get("namespace") else name)
    return Said(
        prompts=[t for t in (typed if any(map(str.strip, typed)) else prompts) if t.strip()],
        answers=[t for t in (items or events) if t.strip()],
        tools=list(calls.values()),
    )


# GitHub Copilot CLI


def _copilot(text):
    said = Said()
    seen, calls = set(), {}
    for record in _objects(text):
        data = record.get("data")
        if not isinstance(data, dict) or record.get("id") in seen:
            continue
        if record.get("id") is not None:
            seen.add(record["id"])
        if record.get("type") == "user.message":
            said.prompts += [t for t in _texts(data.get("content") or "") if t.strip() and "<system_reminder>" not in t[:40]]
        if record.get("type") == "assistant.message":
            if str(data.get("content") or "").strip():
                said.answers.append(data["content"])
            for call in data.get("toolRequests") or []:
                calls.setdefault(call.get("toolCallId"), call.get("name") or "")
        if record.get("type") == "tool.execution_start":
            calls.setdefault(data.get("toolCallId"), data.get("toolName") or "")
    said.tools = list(calls.values())
    return said


# Gemini CLI


def _gemini(text):
    try:
        document = json.loads(text)
        messages = document.get("messages") or []
    except ValueError:
        by_id = {}
        for index, record in enumerate(_objects(text)):
            if record.get("type") in ("user", "gemini"):
                by_id[record.get("id", index)] = record
        messages = by_id.values()
    said = Said()
    for message in messages:
        # What was typed, where files that it names were put behind it.
        content = message.get("displayContent") or message.get("content") or []
        words = "\n".join([content] if isinstance(content, str) else [part.get("text") or "" for part in content])
        if words.strip() and message.get("type") == "user":
            said.prompts.append(words)
        if message.get("type") == "gemini":
            if words.strip():
                said.answers.append(words)
            said.tools += [call.get("name") or "" for call in message.get("toolCalls") or []]
    return said


# pi


def _pi(text):
    said = Said()
    for record in _objects(text):
        message = record.get("message")
        if record.get("type") != "message" or not isinstance(message, dict):
            continue
        content = message.get("content")
        if message.get("role") == "user":
            said.prompts += [t for t in _texts(content) if t.strip()]
        if message.get("role") == "assistant":
            said.answers += [t for t in _texts(content) if t.strip()]
            parts = content if isinstance(content, list) else []
            said.tools += [p.get("name") or "" for p in parts if isinstance(p, dict) and p.get("type") == "toolCall"]
    return said


# Comparing with what a page shows


def letters(text):
    """Letters and digits alone."""
    return "".join(c for c in text.encode("utf-8", errors="replace").decode() if c.isalnum())


_FENCE = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])?[ \t]*(`{3,}|~{3,})([^`\n]*)$")


_ADDRESS = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: \"[^\"]*\")?\)")


def letters_of_markdown(text, is_typed=False):
    """The letters and digits that are left of Markdown on a page: addresses, the languages of fences, the numbers of lists
    and the like are no words there. What a person typed is shown as typed but for its fences."""
    out, fence = [], None
    for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).split("\n"):
        found = _FENCE.match(line)
        if found and fence is None:
            fence = found[1]
        elif found and found[1].startswith(fence) and not found[2].strip():
            fence = None
        elif fence is not None or is_typed:
            out.append(line)
        else:
            line = re.sub(r"^([ \t>]*(?:[-*+][ \t]+)*)\d{1,9}[.)](?=[ \t]|$)", r"\1", line)
            line = re.sub(r"^([ \t>]*[-*+][ \t]+)\[[xX]\](?=[ \t])", r"\1", line)
            line = re.sub(r"^[ \t>]*\[[^\]]+\]:[ \t]+\S+.*$", "", line)
            out += [part if i % 2 else _ADDRESS.sub("]", part) for i, part in enumerate(re.split("`", line))]
    return letters("\n".join(out))


def missing_and_doubled(raw, shown, letters_of=letters):
    """Of lists of texts: what is shown less often than it was said, and what more often. `letters_of`: what a page leaves
    of a raw text."""
    wanted, found = Counter(map(letters_of, raw)), Counter(map(letters, shown))
    originals = {letters_of(text): text for text in raw}
    for counter in (wanted, found):
        counter.pop("", None)
    missing = [(originals[key], count - found[key]) for key, count in wanted.items() if found[key] < count]
    doubled = [(originals[key], found[key] - count) for key, count in wanted.items() if found[key] > count]
    return missing, doubled
