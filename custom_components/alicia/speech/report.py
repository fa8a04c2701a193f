"""How the speech servers are, for diagnostics; without what was said, and where they are."""

from .pool import Member, Pool


def describe(pool: Pool) -> list[dict[str, object]]:
    """Return what is known of each server."""
    return [_member(each) for each in pool]


def _member(member: Member) -> dict[str, object]:
    return {
        "id": member.server.id,
        "source": member.server.source,
        "alive": member.alive,
        "answers_ping": member.abilities.answers_ping if member.abilities else None,
        "services": {
            service.value: {
                "languages": list(member.abilities.languages)
                if service == "stt"
                else list(member.abilities.spoken),
                "state": worker.breaker.state.value,
                "failures": worker.breaker.failures,
                "outstanding": worker.outstanding,
                "latency": None if worker.latency is None else round(worker.latency, 3),
                "counts": dict(sorted(worker.counts.items())),
            }
            for service, worker in member.workers.items()
            if member.abilities and member.offers(service)
        },
    }
