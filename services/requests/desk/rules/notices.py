"""What the desk itself tells a requester, in the language of the union's members."""


def resolved_notice(number: str) -> str:
    return f"Ваше обращение № {number} решено. Как мы с ним справились? Нажмите кнопку с оценкой от 1 до 5."
