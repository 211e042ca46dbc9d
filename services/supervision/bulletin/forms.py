"""The six forms of a bulletin: media type and file name. They are printed apart (`press`)."""

from dataclasses import dataclass

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Form:
    """One form."""

    extension: str
    media: str

    def file_name(self, month: str) -> str:
        """Such as 吉林省住房保障和棚改通报_2021-04.pdf."""
        return f"吉林省住房保障和棚改通报_{month}.{self.extension}"


FORMS = {
    form.extension: form
    for form in (
        Form("html", "text/html; charset=utf-8"),
        Form("pdf", "application/pdf"),
        Form("docx", f"{_OFFICE}.wordprocessingml.document"),
        Form("xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
        Form("csv", "text/csv; charset=utf-8"),
        Form("json", "application/json"),
    )
}
