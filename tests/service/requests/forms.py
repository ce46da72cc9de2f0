"""What staff fill in."""


def by_phone(organization_id: object, **more: object) -> dict[str, object]:
    return {
        "organization_id": str(organization_id),
        "kind": "legal",
        "source": "phone",
        "requester": {"display_name": "Анна Котова", "phone": "+7 495 000-00-00"},
        "text": "Не оплатили выходной",
    } | more
