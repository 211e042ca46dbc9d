"""What is paid for a contract."""

from shared.law.citing import cites


@cites("S8.6")
def payable_fen(compensation_fen: int, reward_fen: int) -> int:
    """What is paid: the compensation and the reward of the contract, no more and no less."""
    return compensation_fen + reward_fen
