"""What all one-time codes have in common: how one is drawn, kept as a hash, judged under a lock."""

from typing import Any
from uuid import UUID

from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.rules.codes import CODE_LIFETIME, CODES, CodeVerdict, code_hash, code_text, judge_code
from services.gateway.sign_in.tables import ContactCode, SignInCode
from shared.context import Context


def new_code(desk: Desk) -> str:
    return code_text(desk.runtime.chance.below(CODES))


def fresh_code(context: Context, desk: Desk, of: UUID, code: str) -> dict[str, Any]:
    """The columns of a code that was just drawn. `of`: whose or what's it is; for nothing else will it do."""
    return {
        "code_hash": code_hash(desk.code_key, context.tenant_id, of, code),
        "tries": 0,
        "expires_at": context.now + CODE_LIFETIME,
    }


def is_right(context: Context, desk: Desk, kept: SignInCode | ContactCode, of: UUID, code: str) -> bool:
    """Whether it is the one that is kept, a row that the caller has locked. A wrong one counts as a try."""
    presented = code_hash(desk.code_key, context.tenant_id, of, code)
    verdict = judge_code(presented, kept.code_hash, tries=kept.tries, expires_at=kept.expires_at, now=context.now)
    if verdict is CodeVerdict.WRONG:
        kept.tries += 1
    return verdict is CodeVerdict.RIGHT
