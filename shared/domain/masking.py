"""What others may see of a person: public notices, internal lists."""

from shared.law.citing import cites

_COMPOUND_SURNAMES = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 司空 夏侯 轩辕 端木 独孤"
    " 南宫 西门 东郭 百里 呼延 闻人 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 完颜 纳兰"
    " 赫连 鲜于 闾丘 亓官 司寇 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干"
    " 东门 南门 左丘 梁丘"
)
_COMPOUND = frozenset(_COMPOUND_SURNAMES.split())


@cites("PIPL.51")
def mask_name(name: str) -> str:
    """A name for a public notice: 张三 -> 张*, 张小明 -> 张*明, 欧阳小明 -> 欧阳*明."""
    name = name.strip()
    if len(name) <= 1:
        return "*" * len(name)
    head = 2 if len(name) > 2 and name[:2] in _COMPOUND else 1
    rest = name[head:]
    return name[:head] + ("*" if len(rest) == 1 else "*" * (len(rest) - 1) + rest[-1])


def _stars(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def mask_id_public(number: str) -> str:
    """A certificate number for a public notice: first 2 and last 3."""
    return _stars(number, 2, 3)


def mask_id_internal(number: str) -> str:
    """A certificate number for an internal list: first 6 and last 4."""
    return _stars(number, 6, 4)


def mask_phone(number: str) -> str:
    """A phone number for an internal list: 138****1234; of others the last 4."""
    mobile = len(number) == 11 and number.startswith("1")
    return _stars(number, 3, 4) if mobile else _stars(number, 0, 4 if len(number) >= 7 else 0)


def mask_account(number: str) -> str:
    """A bank account for an internal list: four stars and the last 4, whatever its length."""
    return "****" + number[-4:] if len(number) > 8 else "****"
