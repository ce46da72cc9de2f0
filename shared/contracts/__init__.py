"""Messages between services, one module per owning service. `MESSAGES` knows them all by type."""

from collections.abc import Mapping

from shared.contracts import gateway, publisher, surveys
from shared.contracts.message import Envelope, Message, Priority, ServiceName

__all__ = ["MESSAGES", "Envelope", "Message", "Priority", "ServiceName"]

MESSAGES: Mapping[str, type[Message]] = {
    message.type: message
    for message in (
        gateway.OrganizationChanged,
        gateway.PersonChanged,
        publisher.ButtonPressed,
        publisher.ChannelHookDue,
        publisher.DeliveryDue,
        publisher.DirectMessageDelivery,
        publisher.DirectMessageDue,
        publisher.DirectMessageReceived,
        publisher.DirectMessageRequested,
        publisher.PublicationDue,
        publisher.ReconciliationDue,
        surveys.SurveyCloseDue,
    )
}
