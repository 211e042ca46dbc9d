"""Who may act: the posts named by the notice and the law behind it."""

from enum import StrEnum


class Role(StrEnum):
    """A post. A token carries one or several of them."""

    APPLICANT = "applicant"
    STREET = "street"
    DISTRICT = "district"
    CITY = "city"
    FINANCE = "finance"
    EXPROPRIATION = "expropriation"
    GOVERNMENT = "government"
    PROVINCE = "province"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    INTEGRATOR = "integrator"
    SERVICE = "service"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The Chinese name of the post."""
        return _LABELS[self]


_LABELS = {
    Role.APPLICANT: "申请人",
    Role.STREET: "街道（社区）",
    Role.DISTRICT: "区县住房保障部门",
    Role.CITY: "市县住房保障主管部门",
    Role.FINANCE: "财政部门",
    Role.EXPROPRIATION: "房屋征收部门",
    Role.GOVERNMENT: "市县政府",
    Role.PROVINCE: "省安居办",
    Role.SUPERVISOR: "督导人员",
    Role.AUDITOR: "审计人员",
    Role.OPERATOR: "运维人员",
    Role.INTEGRATOR: "对接系统",
    Role.SERVICE: "本系统的服务",
    Role.SYSTEM: "系统",
}
