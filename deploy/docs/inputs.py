"""docs/bad-inputs.md: what is sent to each kind of entrance, and which tests send it.

A test says which kind it stands for by its mark (`IN.kafka`) in the docstring of the test or file.
"""

import ast
import re
from functools import cache

from deploy.docs.specs import ROOT

_TABLE = """
IN.body 新建、修改（JSON）
  每条路由的每个字段：空、超长、控制符、形近和不可见字符、浮点、溢出、不存在的日期、只
  读字段、多余字段；整个请求体：非 JSON、GBK、UTF-16、过深、过多键、过大
IN.identity 证件、姓名、电话、银行账号、区划
  校验位、15位、不存在的出生日期和地址码、形近字、撤销的区划、银联卡校验位
IN.state 办理（状态变化）
  次序颠倒、重复、终态之后、自己复核自己、版本号缺失或过期、同时两次
IN.money 金额
  合计不符、分位、溢出、零和负数、重复发放、回单重放
IN.key 幂等键
  没有、过短、过长、非 ASCII、同键不同内容、二十次同时
IN.list 列表和查询
  limit 越界、伪造或他人的 cursor、未知条件、NUL、通配符、SQL 和换
  行
IN.object 按编号查看
  别的区划、别的种类、大写和花括号 UUID、路径穿越、空值
IN.figures 汇总和排名
  不存在或未月结的月份、外省单位、读取中变化
IN.bulk 批量导入
  编码、表头、引号、空行、公式、科学计数法、宏、压缩炸弹、路径穿越、实体、截断、重复
IN.export 导出
  以公式字符开头的文字
IN.feed 事件接口
  网关页面、截断、空洞、不是事件的条目、超前和失效的位置、另一段历史
IN.kafka Kafka 记录
  非 JSON、非信封、空值、键或来源不符、未知版本、缺字段、将来时间、重号、另一段历
  史、各种压缩
IN.auth 令牌
  alg、kid、签名、受众、签发方、期限、岗位和区划的三十种错法
IN.protocol 协议
  方法、请求头、重复请求头、过长地址、斜杠和编码、冒充的主机
IN.config 配置
  每一项设置的不可能取值：逐项指名，不启动，不显示口令
IN.limits 大小和次数
  请求体、层数、项数、键数、文字、页、上传、压缩比、读表的内存和时间、排队、每人每秒和
  查看明文的次数
"""


def _kinds(table: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    mark = ""
    for line in table.strip().splitlines():
        if line.startswith("  "):
            found[mark] = (found[mark][0], found[mark][1] + line[2:])
        else:
            mark, _, kind = line.partition(" ")
            found[mark] = (kind, "")
    return found


KINDS = _kinds(_TABLE)
"""Mark -> the kind of entrance and what is tried there."""
_MARK = re.compile(r"\bIN\.[a-z]+\b")


@cache
def covered() -> dict[str, list[str]]:
    """Mark -> the tests and files that carry it, as "tests/file.py::function"."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        file = path.relative_to(ROOT).as_posix()
        for node in (tree, *ast.walk(tree)):
            if isinstance(node, ast.Module):
                name = file
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{file}::{node.name}"
            else:
                continue
            for mark in _MARK.findall(ast.get_docstring(node) or ""):
                if name not in found.setdefault(mark, []):
                    found[mark].append(name)
    return found


def render() -> str:
    """The table of kinds. A kind without a test is an error."""
    tests = covered()
    lines = [
        "# 恶意和错误的输入",
        "",
        "由 `python -m deploy.docs` 从测试的文档字符串生成，请勿手改。",
        "接口一律答 4xx 和问题文档，不出 5xx，不留任何行；",
        "事件一律按对象列为死信并写明原因，不丢、不崩、不挡住别的对象；配置有误就不启动。",
        "",
        "| 标记 | 入口 | 送什么 | 测试 |",
        "|---|---|---|---|",
    ]
    for mark, (kind, tried) in KINDS.items():
        names = "<br>".join(f"`{name}`" for name in tests[mark])
        lines.append(f"| `{mark}` | {kind} | {tried} | {names} |")
    lines += [
        "",
        "系统不收附件、图片和登录口令，相应的几行不适用；上传只有 CSV 和 XLSX。",
    ]
    return "\n".join(lines) + "\n"
