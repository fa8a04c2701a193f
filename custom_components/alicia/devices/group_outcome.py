"""What came of a command to a group: what each member answered, or why it did not do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant

from ..bus.messages import DeviceResponse
from ..bus.values import ErrorInfo
from .command_errors import DeviceCommandError, Failure


class GroupCommandError(DeviceCommandError):
    """A command that not every member of a group did."""

    def __init__(
        self,
        failure: Failure,
        group: str,
        error: ErrorInfo,
        result: Mapping[str, object],
        **placeholders: str,
    ) -> None:
        super().__init__(failure, group, error.message, error.code, **placeholders)
        #: What each member told, as in the answer on the bus.
        self.result = result


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """The answers and the errors of the members, by their ids and in their order."""

    group_id: str
    members: Mapping[str, DeviceResponse | DeviceCommandError]

    @property
    def failures(self) -> Mapping[str, DeviceCommandError]:
        """The errors of those that did not do it."""
        return {
            member: each
            for member, each in self.members.items()
            if isinstance(each, DeviceCommandError)
        }

    @property
    def response(self) -> DeviceResponse:
        """What the bus is answered; the error names those that failed."""
        error = None
        if failures := self.failures:
            words = "; ".join(f"{member}: {each.message}" for member, each in failures.items())
            error = ErrorInfo(next(iter(failures.values())).told, words)
        told = {member: told_of(each) for member, each in self.members.items()}
        return DeviceResponse(device_id=self.group_id, result={"members": told}, error=error)

    def accepted(self, hass: HomeAssistant, group: str, command: str) -> DeviceResponse:
        """Return the answer of a group that did it, every member; raises GroupCommandError."""
        answer, failures = self.response, self.failures
        if answer.error is None:
            return answer
        raise GroupCommandError(
            Failure.PARTLY if len(failures) < len(self.members) else Failure.NOBODY,
            group,
            answer.error,
            answer.result,
            command=command,
            failures=" ".join(each.sentence(hass) for each in failures.values()),
        )


def told_of(result: DeviceResponse | DeviceCommandError) -> dict[str, Any]:
    """Return an answer or an error as programs read it."""
    if not isinstance(result, DeviceCommandError):
        return {"result": dict(result.result), "state": dict(result.state)}
    told: dict[str, Any] = {"error": {"code": result.told, "message": result.message}}
    if isinstance(result, GroupCommandError):
        told["result"] = dict(result.result)
    return told
