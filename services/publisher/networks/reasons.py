"""What the networks say no with: our stable codes, and what to do about each in ru and en. Pure."""

from collections.abc import Mapping

from services.publisher.networks.outcomes import Reason
from shared.errors import Text

TEXTS: Mapping[str, Text] = {
    "network.not_connected": {
        "ru": "Соединиться с сетью не удалось, ничего не отправлено",
        "en": "The network could not be reached, nothing was sent",
    },
    "network.unsafe_address": {
        "ru": "Сеть назвала для загрузки недопустимый адрес",
        "en": "The network named an upload address that must not be called",
    },
    "network.no_answer": {
        "ru": "Сеть не ответила: возможно, она приняла отправленное. Проверьте в самом канале",
        "en": "The network did not answer and may have taken what was sent. Look at the channel itself",
    },
    "network.preparation_lost": {
        "ru": "Сеть не ответила при подготовке, ничего не опубликовано",
        "en": "The network did not answer during the preparation, nothing was published",
    },
    "network.server_error": {
        "ru": "Сбой на стороне сети",
        "en": "The network failed on its side",
    },
    "network.throttled": {
        "ru": "Сеть просит подождать: слишком много обращений",
        "en": "The network asks to wait: too many calls",
    },
    "network.quota": {
        "ru": "Исчерпан предел сети на обращения, она просит подождать",
        "en": "The network's quota is used up, it asks to wait",
    },
    "network.captcha": {
        "ru": "Сеть просит подтвердить, что вы не робот: войдите на её сайт под этой учётной записью "
        "и введите код с картинки. Отправка потом продолжится сама",
        "en": "The network asks whether you are a robot: sign in on its site with this account and type what its "
        "picture shows. Sending then goes on by itself",
    },
    "network.token_invalid": {
        "ru": "Ключ доступа больше не действует: дайте каналу новые ключи (reauthorize)",
        "en": "The access token is no longer valid: give the channel new credentials (reauthorize)",
    },
    "network.user_token_needed": {
        "ru": "Для изображений нужен ключ доступа пользователя: добавьте его в канал",
        "en": "Images need the access token of a user: add one to the channel",
    },
    "network.group_token_needed": {
        "ru": "Для личных сообщений нужен ключ доступа самой группы: добавьте его в канал",
        "en": "Direct messages need the access token of the group itself: add it to the channel",
    },
    "network.user_token_to_reconcile": {
        "ru": "Чтобы перечитать стену, нужен ключ доступа пользователя: проверьте в самом канале",
        "en": "Reading the wall back needs the access token of a user: look at the channel itself",
    },
    "network.no_rights": {
        "ru": "У этой учётной записи нет прав на такое действие: сделайте её администратором канала",
        "en": "This account may not do that: make it an administrator of the channel",
    },
    "network.posting_denied": {
        "ru": "Сеть не даёт опубликовать запись: нет прав или исчерпано число записей за сутки",
        "en": "The network does not allow the post: no rights, or the day's number of posts is used up",
    },
    "network.chat_not_found": {
        "ru": "Чат или сообщество не найдены: проверьте номер",
        "en": "The chat or community is not there: check its id",
    },
    "network.chat_moved": {
        "ru": "Чат получил новый номер: подключите канал заново",
        "en": "The chat has a new id: connect the channel again",
    },
    "network.recipient_blocked": {
        "ru": "Этот человек не принимает сообщений от нас",
        "en": "This person does not accept messages from us",
    },
    "network.recipient_not_found": {
        "ru": "Такого получателя больше нет",
        "en": "This recipient is gone",
    },
    "network.text_too_long": {
        "ru": "Текст длиннее, чем принимает сеть",
        "en": "The text is longer than the network takes",
    },
    "network.text_empty": {
        "ru": "Сеть не принимает пустых сообщений",
        "en": "The network takes no empty messages",
    },
    "network.text_refused": {
        "ru": "Сеть не разобрала текст",
        "en": "The network could not read the text",
    },
    "network.buttons_refused": {
        "ru": "Сеть не приняла кнопки",
        "en": "The network refused the buttons",
    },
    "network.links_forbidden": {
        "ru": "Сеть не принимает ссылок в этой записи",
        "en": "The network takes no links in this post",
    },
    "network.content_blocked": {
        "ru": "Сеть не пропустила содержание",
        "en": "The network blocked the content",
    },
    "network.image_refused": {
        "ru": "Сеть не приняла изображение",
        "en": "The network refused the image",
    },
    "network.image_not_ready": {
        "ru": "Сеть ещё обрабатывает изображение, ничего не опубликовано",
        "en": "The network is still working on the image, nothing was published",
    },
    "network.image_not_fetched": {
        "ru": "Сеть не смогла забрать изображение с нашего адреса, ничего не опубликовано",
        "en": "The network could not fetch the image from our address, nothing was published",
    },
    "network.app_needed": {
        "ru": "Чтобы слышать комментарии, нужны номер и секрет приложения Meta: добавьте их в канал",
        "en": "To hear comments, the number and the secret of the Meta app are needed: add them to the channel",
    },
    "network.advertising_limit": {
        "ru": "Сеть приняла запись за рекламу и не пропустила её",
        "en": "The network took the post for advertising and refused it",
    },
    "network.invalid_request": {
        "ru": "Сеть не поняла запрос",
        "en": "The network did not understand the request",
    },
    "network.key_taken": {
        "ru": "Под ключом этой записи в сети лежит другая: проверьте в самом канале",
        "en": "Under this post's key the network holds another one: look at the channel itself",
    },
    "network.post_gone": {
        "ru": "Записи в сети больше нет",
        "en": "The post is no longer there",
    },
    "network.refused": {
        "ru": "Сеть отказала",
        "en": "The network refused",
    },
    "network.hooks_full": {
        "ru": "В сообществе заняты все серверы уведомлений: удалите лишний в его настройках",
        "en": "All callback servers of the community are taken: remove one in its settings",
    },
    "network.cannot_invite": {
        "ru": "Эта сеть не даёт ссылок на одного человека: пригласите ссылкой на само сообщество",
        "en": "This network makes no links of one use: invite by the community's own address",
    },
    "network.cannot_edit": {
        "ru": "Эта сеть не даёт изменить вышедшую запись",
        "en": "This network does not let a post be changed that is out",
    },
    "network.cannot_withdraw": {
        "ru": "Эта сеть не даёт удалить вышедшую запись отсюда: удалите её в самом канале",
        "en": "This network does not let us take a post down: delete it in the channel itself",
    },
    "network.cannot_write": {
        "ru": "В этой сети нет личных сообщений",
        "en": "This network has no direct messages",
    },
    "network.cannot_reply": {
        "ru": "В этой сети нельзя ответить на комментарий отсюда",
        "en": "Comments of this network cannot be answered from here",
    },
    "network.cannot_measure": {
        "ru": "Эта сеть не сообщает таких показателей",
        "en": "This network does not tell such figures",
    },
    "network.poll_refused": {
        "ru": "Сеть не приняла опрос",
        "en": "The network refused the poll",
    },
    "network.poll_term": {
        "ru": "Сеть держит опрос открытым не дольше 30 дней и не меньше 5 секунд",
        "en": "The network keeps a poll open for 30 days at most, and for 5 seconds at least",
    },
    "network.comment_not_found": {
        "ru": "Этого комментария больше нет",
        "en": "The comment is gone",
    },
    "network.source_refused": {
        "ru": "Сеть не даёт переслать эту запись: она закрыта, удалена или защищена от пересылки",
        "en": "The network does not let this post be carried further: it is closed, deleted or protected",
    },
    "network.too_late_to_change": {
        "ru": "Сеть больше не даёт изменить или удалить эту запись отсюда: сделайте это в самом канале",
        "en": "The network does not let this post be changed from here any longer: do it in the channel itself",
    },
    "network.user_token_required": {
        "ru": "Для этого нужен ключ доступа пользователя: добавьте его в канал",
        "en": "This needs the access token of a user: add one to the channel",
    },
    "network.stories_not_given": {
        "ru": "ВКонтакте даёт истории только сообществам с галочкой подтверждения или со значком «Огонь Прометея». "
        "Отправьте это записью или подайте заявку на галочку в настройках сообщества",
        "en": "VK gives stories only to verified communities and to those with its badge, the fire of Prometheus. "
        "Send it as a post, or apply for verification in the community's settings",
    },
    "network.reach_from_5000": {
        "ru": "ВКонтакте сообщает охват, когда в сообществе от 5000 участников",
        "en": "VK tells the reach of communities of 5,000 members and more",
    },
    "network.comments_closed": {
        "ru": "Комментарии к этой записи закрыты",
        "en": "Comments on this post are closed",
    },
    "network.confirmation_wanted": {
        "ru": "Сеть требует подтвердить вход или доступ: войдите в неё под этой учётной записью и дайте каналу новые ключи (reauthorize)",
        "en": "The network wants the sign-in confirmed: sign in to it with this account and give the channel new credentials (reauthorize)",
    },
    "network.cannot_set_menu": {
        "ru": "У этой сети нет общего меню: кнопки приходят с сообщениями",
        "en": "This network has no menu of the account: its buttons come with messages",
    },
    "network.cannot_hear": {
        "ru": "Ленту только читают: ответов в ней не бывает",
        "en": "A feed is only read: nothing comes back by it",
    },
    "network.server_not_public": {
        "ru": "Почтовый сервер должен быть в открытом интернете: 465, 587 или 2525 для отправки, 993 для чтения",
        "en": "The mail server must be on the public internet: 465, 587 or 2525 to send, 993 to read",
    },
    "network.sender_refused": {
        "ru": "Почтовый сервер не отправляет писем от имени этого ящика: проверьте mailbox и smtp_url",
        "en": "The mail server does not send in the name of this mailbox: check mailbox and smtp_url",
    },
    "network.mailbox_not_found": {
        "ru": "Такого почтового ящика нет: проверьте адрес",
        "en": "There is no such mailbox: check the address",
    },
    "network.letter_returned": {
        "ru": "Письмо вернулось: почтовый сервер получателя его не принял",
        "en": "The letter came back: the recipient's mail server did not take it",
    },
    "network.mailbox_full": {
        "ru": "Почтовый ящик получателя переполнен",
        "en": "The recipient's mailbox is full",
    },
    "network.mail_not_accepted": {
        "ru": "По этому адресу не принимают писем от нашего ящика: разрешите их в настройках рассылки",
        "en": "This address takes no mail from our mailbox: allow it in the settings of the mailing list",
    },
    "network.letter_too_large": {
        "ru": "Письмо больше, чем принимает почтовый сервер",
        "en": "The letter is larger than the mail server takes",
    },
    "network.no_imap": {
        "ru": "Ящик не читается: добавьте imap_url или пересылайте письма на адрес приёма этого канала",
        "en": "The mailbox is not read: add imap_url, or forward its letters to the channel's own hook",
    },
    "network.cannot_look": {
        "ru": "Эта сеть не даёт прочитать отправленное: проверьте в самом канале",
        "en": "This network does not let us read back what was sent: look at the channel itself",
    },
}


def reason(code: str, network_code: str | None = None) -> Reason:
    """The reason known as `network.<code>`, with what the network itself said."""
    name = f"network.{code}"
    return Reason(name, TEXTS[name], network_code)
