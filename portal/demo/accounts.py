"""Who may sign in to the demo. These people exist only in demo data, never in a migration."""

PASSWORD = "Mau@2026"  # noqa: S105  printed by bin/demo and in the README, on purpose

ACCOUNTS = (
    ("bientap", "biên tập viên"),
    ("duyet", "người duyệt tin bài"),
    ("kehoach", "cán bộ theo dõi kế hoạch"),
    ("chibo", "bí thư chi bộ"),
    ("dangvien", "đảng viên của chi bộ đó"),
    ("tonghop", "người tổng hợp ý kiến của đảng ủy xã"),
    ("quantri", "quản trị"),
    ("khach", "người dùng của một cơ quan khác"),
)
