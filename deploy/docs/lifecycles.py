"""docs/states.md: the life cycle of every aggregate as a diagram and a table."""

from deploy.docs.specs import specs
from shared.domain.lifecycle import Machine


def render() -> str:
    """All life cycles, service by service."""
    lines = [
        "# 状态图",
        "",
        (
            "由 `python -m deploy.docs` 从各服务的 `states.py` 生成，请勿手改。"
            "没有岗位的步骤由系统（定时任务或事件）完成。"
        ),
        "",
    ]
    for spec in specs():
        if spec.machines:
            lines += [f"## {spec.label}（{spec.name}）", ""]
        for machine in spec.machines:
            lines += _machine(machine)
    return "\n".join(lines).rstrip() + "\n"


def _machine(machine: Machine) -> list[str]:
    lines = [f"### {machine.label} `{machine.name}`", "", "```mermaid", "stateDiagram-v2"]
    names = {str(state): _name(str(state)) for state in machine.states}
    lines += [f'    state "{machine.labels[state]}" as {name}' for state, name in names.items()]
    lines.append(f"    [*] --> {names[machine.initial]}")
    for edge in machine.edges.values():
        lines.append(f"    {names[edge.source]} --> {names[edge.target]}: {edge.label}")
    lines += [f"    {names[state]} --> [*]" for state in names if state in machine.terminal]
    lines.append("```")
    if not machine.edges:
        return [*lines, ""]
    lines += ["", "| 当前状态 | 动作 | 到达 | 岗位 | 条款 |", "|---|---|---|---|---|"]
    for edge in machine.edges.values():
        roles = "、".join(sorted(role.label for role in edge.roles)) or "系统"
        source, target = machine.labels[edge.source], machine.labels[edge.target]
        clauses = "、".join(edge.clauses)
        lines.append(
            f"| {source} | {edge.label} `{edge.action}` | {target} | {roles} | {clauses} |"
        )
    return [*lines, ""]


def _name(state: str) -> str:
    return "s_" + state.replace("-", "_")
