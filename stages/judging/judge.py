"""A judge behind an OpenAI-compatible endpoint."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from stages.errors import BadInput
from stages.params import section

KEY = "OPENAI_API_KEY"
MIN_SECRET = 8  # characters; a shorter word is no key, and hiding it would take letters out of the message


@section
class JudgeSettings:
    """The section `judge` of params.yaml, which explains each."""

    base_url: Annotated[str, Field(pattern=r"^https?://[^/\s@]+(/\S*)?$")]
    model: Annotated[str, Field(min_length=1)]
    prompt: Annotated[str, Field(min_length=1)]
    request: dict[str, Any]
    max_attempts: PositiveInt
    timeout_seconds: PositiveFloat
    requests_at_once: PositiveInt
    resamples: PositiveInt
    seed: NonNegativeInt

    @property
    def identity(self) -> dict[str, Any]:
        """What decides a reply beside the prompt."""
        return {"base_url": self.base_url, "model": self.model, "request": self.request}


@dataclass(frozen=True)
class Reply:
    """A judge's reply: its text, why it ended (`stop`, `length`), and the tokens that it cost."""

    text: str
    finish_reason: str | None
    prompt_tokens: int
    completion_tokens: int


class Judge:
    """Asks the endpoint. Safe to use from several threads."""

    def __init__(self, settings: JudgeSettings, key: str):
        import openai

        self._settings, self._key = settings, key
        self._client = openai.OpenAI(
            base_url=settings.base_url,
            api_key=key,
            # Waits between attempts, longer each time, as long as the server asks for; for 408, 409, 429, 5xx and
            # connections that fail.
            max_retries=settings.max_attempts - 1,
            timeout=settings.timeout_seconds,
        )

    def ask(self, prompt: str) -> Reply:
        """The reply to one prompt. Raises `BadInput` with the remedy where the endpoint gives none."""
        import openai

        try:
            completion = self._client.chat.completions.create(
                model=self._settings.model,
                messages=[{"role": "user", "content": prompt}],
                extra_body=self._settings.request,
            )
        except openai.OpenAIError as error:
            raise BadInput(self._explain(error)) from None
        choices = getattr(completion, "choices", None)
        message = choices[0].message if choices else None
        if message is None or not isinstance(message.content, str | None):
            raise BadInput(
                f"judge.base_url: {self._settings.base_url}: its reply is not a chat completion. Name the address that "
                "/chat/completions is below; it usually ends in /v1."
            )
        usage = completion.usage
        return Reply(
            text=message.content or "",  # none at all when a reasoning model ran out of tokens
            finish_reason=choices[0].finish_reason,
            prompt_tokens=usage.prompt_tokens if usage else 0,
            completion_tokens=usage.completion_tokens if usage else 0,
        )

    def _explain(self, error: Exception) -> str:
        import openai

        url, attempts, said = self._settings.base_url, self._settings.max_attempts, getattr(error, "message", error)
        match error:
            case openai.APITimeoutError():
                waited = f"{self._settings.timeout_seconds:g} s, asked {attempts} times"
                told = f"judge.timeout_seconds: {url} gave no answer in {waited}. Raise it, or ask a smaller model."
            case openai.APIConnectionError():
                why = error.__cause__
                told = f"judge.base_url: {url}: no connection ({why}). Start the server, or mend the address."
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                told = f"{KEY}: {url} refuses it ({error.status_code}). Set the environment variable to a key it takes."
            case openai.NotFoundError():
                told = (
                    f"judge.model: {url} has no {self._settings.model!r}, or nothing stands at this address ({said}). "
                    "Name a model that it lists under /models, or mend judge.base_url."
                )
            case openai.RateLimitError():
                told = (
                    f"judge.requests_at_once: {url} turned a request away {attempts} times ({said}). "
                    "Lower it, raise judge.max_attempts, or wait and run again."
                )
            case openai.InternalServerError():
                told = f"judge.base_url: {url} failed {attempts} times ({said}). Run again later."
            case _:
                told = (
                    f"judge.request: {url} does not take it ({said}). Mend what is sent, or shorten the answers by "
                    "answers.max_new_tokens."
                )
        # Some servers repeat the key that they refuse.
        return told.replace(self._key, "***") if len(self._key) >= MIN_SECRET else told
