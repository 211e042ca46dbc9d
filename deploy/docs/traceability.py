"""docs/traceability.md: clause -> code that carries it out -> tests that stand for it."""

from deploy.docs.backlog import AS_OF, PENDING
from deploy.docs.evidence import cited_by_code, named_by_tests
from deploy.docs.specs import specs
from shared.law.notice import CLAUSES, LAWS, NUMBER, SECTIONS, TITLE, Clause, section_of


def render() -> str:
    """The table, section by section of the notice, then the laws."""
    labels = {spec.name: spec.label for spec in specs()}
    notice = [clause for clause in CLAUSES.values() if clause.kind == "notice"]
    built = [clause for clause in notice if clause.binding and clause.id in cited_by_code()]
    orders = sum(clause.binding for clause in notice)
    lines = [
        "# 条款追溯表",
        "",
        (
            "由 `python -m deploy.docs` 生成，请勿手改。"
            "代码用 `@cites` 或状态边、参数、定时任务写明条款；测试在说明文字里写明条款。"
        ),
        "",
        (
            f"《{TITLE}》（{NUMBER}）共 {len(notice)} 条，其中 {orders} 条有明确要求；"
            f"本版已由代码落实 {len(built)} 条，"
            f"其余 {len(PENDING)} 条列为待建（{AS_OF:%Y-%m-%d}）。"
        ),
        "",
    ]
    for heading in SECTIONS.values():
        lines += [f"## {heading}", "", *_head()]
        lines += [_row(clause, labels) for clause in notice if section_of(clause) == heading]
        lines.append("")
    lines += ["## 法律法规", "", *_head(), *(_row(law, labels) for law in LAWS.values())]
    return "\n".join(lines) + "\n"


def _head() -> list[str]:
    return ["| 条款 | 内容 | 服务 | 代码 | 测试 |", "|---|---|---|---|---|"]


def _row(clause: Clause, labels: dict[str, str]) -> str:
    code = "<br>".join(f"`{name}`" for name in cited_by_code().get(clause.id, []))
    tests = "<br>".join(f"`{name}`" for name in named_by_tests().get(clause.id, []))
    if clause.id in PENDING:
        code = f"待建：{PENDING[clause.id]}"
    elif not code and not clause.binding:
        code = "（定义、原则，无需单独落实）"
    owner = labels.get(clause.owner, clause.owner)
    return f"| {clause.id} | {clause.text} | {owner} | {code} | {tests} |"
