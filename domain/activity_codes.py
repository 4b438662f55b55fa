"""What is held for children, guardians and those who work with them (活动类别), for whom, and the
district's named programmes (品牌项目)."""

from __future__ import annotations

from enum import StrEnum

from domain.code_sets import CodeSet


class ActivityKind(StrEnum):
    """What was held (活动类别). Source: plan 二1, 二2, 二5, 二6, 三1, 三3."""

    SAFETY_LECTURE = "SAFETY_LECTURE"
    DROWNING_PREVENTION = "DROWNING_PREVENTION"
    ANTI_BULLYING = "ANTI_BULLYING"
    FIRE_SAFETY = "FIRE_SAFETY"
    TRAFFIC_SAFETY = "TRAFFIC_SAFETY"
    NATURAL_HAZARDS = "NATURAL_HAZARDS"
    NETWORK_PROTECTION = "NETWORK_PROTECTION"
    WATER_SAFETY = "WATER_SAFETY"
    LEGAL_EDUCATION = "LEGAL_EDUCATION"
    PUBLICITY = "PUBLICITY"
    DUTY_BEARER_TRAINING = "DUTY_BEARER_TRAINING"
    CHILD_DIRECTOR_TRAINING = "CHILD_DIRECTOR_TRAINING"
    TOWN_GUIDANCE = "TOWN_GUIDANCE"
    TOWN_TRAINING = "TOWN_TRAINING"
    FAMILY_EDUCATION = "FAMILY_EDUCATION"
    STATION_ACTIVITY = "STATION_ACTIVITY"
    VOLUNTEERING = "VOLUNTEERING"
    SOCIAL_PRACTICE = "SOCIAL_PRACTICE"
    EMPLOYMENT_HELP = "EMPLOYMENT_HELP"


ACTIVITY_KIND = CodeSet(
    "ACTIVITY_KIND",
    "活动类别",
    {
        ActivityKind.SAFETY_LECTURE: "安全知识讲座",
        ActivityKind.DROWNING_PREVENTION: "防溺水",
        ActivityKind.ANTI_BULLYING: "防欺凌",
        ActivityKind.FIRE_SAFETY: "消防安全",
        ActivityKind.TRAFFIC_SAFETY: "交通安全",
        ActivityKind.NATURAL_HAZARDS: "防灾减灾",
        ActivityKind.NETWORK_PROTECTION: "网络保护",
        ActivityKind.WATER_SAFETY: "涉水安全宣传",
        ActivityKind.LEGAL_EDUCATION: "普法教育",
        ActivityKind.PUBLICITY: "法规政策宣传",
        ActivityKind.DUTY_BEARER_TRAINING: "强制报告主体培训",
        ActivityKind.CHILD_DIRECTOR_TRAINING: "儿童主任培训",
        ActivityKind.TOWN_GUIDANCE: "街镇业务指导",
        ActivityKind.TOWN_TRAINING: "街镇业务培训",
        ActivityKind.FAMILY_EDUCATION: "家庭教育活动",
        ActivityKind.STATION_ACTIVITY: "主题教育活动",
        ActivityKind.VOLUNTEERING: "志愿服务",
        ActivityKind.SOCIAL_PRACTICE: "社会实践",
        ActivityKind.EMPLOYMENT_HELP: "就业帮扶",
    },
    {
        "安全知识大讲堂": "SAFETY_LECTURE",
        "防网络沉迷": "NETWORK_PROTECTION",
        "预防网络沉迷": "NETWORK_PROTECTION",
        "法治宣传": "LEGAL_EDUCATION",
        "普法": "LEGAL_EDUCATION",
    },
)


class Audience(StrEnum):
    """For whom (活动对象)."""

    CHILDREN = "CHILDREN"
    GUARDIANS = "GUARDIANS"
    FAMILIES = "FAMILIES"
    DUTY_BEARERS = "DUTY_BEARERS"
    WORKERS = "WORKERS"
    PUBLIC = "PUBLIC"


AUDIENCE = CodeSet(
    "AUDIENCE",
    "活动对象",
    {
        Audience.CHILDREN: "儿童",
        Audience.GUARDIANS: "监护人",
        Audience.FAMILIES: "儿童和监护人",
        Audience.DUTY_BEARERS: "强制报告主体",
        Audience.WORKERS: "基层工作人员",
        Audience.PUBLIC: "社会公众",
    },
)


class Brand(StrEnum):
    """A named programme that goes on through the years (品牌项目, plan 二1 P03, P07)."""

    GUARDIAN_STAR = "GUARDIAN_STAR"
    SCIENCE_CAMP = "SCIENCE_CAMP"
    LABOUR_WEEK = "LABOUR_WEEK"
    CAREER_DAY = "CAREER_DAY"
    LAW_PROJECT = "LAW_PROJECT"


BRAND = CodeSet(
    "BRAND",
    "品牌项目",
    {
        Brand.GUARDIAN_STAR: "守护星",
        Brand.SCIENCE_CAMP: "科普夏令营",
        Brand.LABOUR_WEEK: "学生劳动教育宣传周",
        Brand.CAREER_DAY: "学生职业体验日",
        Brand.LAW_PROJECT: "普法教育特色项目",
    },
)
