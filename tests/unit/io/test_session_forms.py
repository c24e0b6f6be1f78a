"""A zip of tables that is damaged, locked or packed strangely is refused in words, whichever byte of it was changed."""

import io
import zipfile

import pytest

from core.errors import BadInput
from core.io.session_forms import form_of, sheets_of
from core.timing.session_travel import Form

ROWS = "id,kart,text\n" + "\n".join(f"{row},{row * 7 % 97},words {row * 31 % 1009}" for row in range(200))


def packed(how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as book:
        book.writestr("incidents.csv", ROWS)
    return out.getvalue()


def test_a_zip_with_any_byte_changed_is_read_or_refused() -> None:
    whole, refused = packed(), 0
    for at in range(4, len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            form_of(changed)
            sheets_of(changed, Form.CSV)
        except BadInput:
            refused += 1

    assert refused > len(whole) / 2


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_packing_is_refused(how: int) -> None:
    with pytest.raises(BadInput, match="damaged"):
        sheets_of(packed(how), Form.CSV)
