"""The board as JSON: what a worker puts on the bus and a portal takes from it."""

from pydantic import TypeAdapter

from core.timing.model import Board

_BOARD: TypeAdapter[Board] = TypeAdapter(Board)


def board_to_json(board: Board) -> bytes:
    """What is not known is left out."""
    return _BOARD.dump_json(board, exclude_none=True)


def board_from_json(body: bytes) -> Board:
    return _BOARD.validate_json(body)
