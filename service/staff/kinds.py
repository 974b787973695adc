"""The kinds of documents: what people keep as evidence that software cannot produce, each with the clause it serves."""

from typing import NamedTuple


class Evidence(NamedTuple):
    """A kind of document. `needs`: fields without which an entry says nothing."""

    en: str
    zh: str
    clauses: str
    needs: tuple[str, ...] = ()


KINDS: dict[str, Evidence] = {
    "policy_document": Evidence("policy document", "管理制度", "S1 4.1.1, 4.2; S4 5.1"),
    "unit": Evidence("owning unit of kinds of work", "归口部门", "S1 4.1.1, 4.1.2"),
    "reply_template": Evidence("reply template", "答复模板", "S1 5.2.3.1, 5.2.3.2"),
    "price_list": Evidence("price list", "价格表", "S3 3.5(1); S4 5.3"),
    "promise": Evidence("service promise", "服务承诺", "S0 4.1.1, 4.2.2; S2 7.2"),
    "advertisement": Evidence("advertisement", "广告", "S2 7.1-7.3"),
    "warranty_card": Evidence("warranty card", "保修卡", "S2 7.1-7.3"),
    "law": Evidence("law or standard", "法律与标准", "S2 4.2"),
    "guarantee_fund": Evidence("guarantee fund", "保障基金", "S1 5.1.3; S2 3.1"),
    "agreement": Evidence("service agreement", "服务协议", "S4 8.2.1, 8.2.2"),
    "supplier": Evidence("supplier assessment", "供应商评价", "S4 5.7"),
    "emergency_plan": Evidence("emergency plan", "应急预案", "S1 4.4; S4 5.6.2.1"),
    "drill": Evidence("drill", "演练记录", "S1 4.4"),
    "backup_restore": Evidence("tested restore of a backup", "备份恢复演练", "S4 5.6.2.2"),
    "tool_calibration": Evidence("calibration of a tool", "工具校准", "S4 7.1", ("until",)),
    "knowledge_article": Evidence("knowledge article", "知识库文章", "S4 7.3"),
    "guide": Evidence("guide for use", "使用指南", "S1 7.4"),
    "model_documents": Evidence("documents of a model", "型号随机文件", "S0 4.1.3, 4.1.5"),
    "safety_checklist": Evidence("safety checklist", "安全检查表", "S4 5.7, 8.3.2"),
    "award": Evidence("award or penalty", "奖惩记录", "S2 3.2, 5.2"),
    "research": Evidence("research of a hard problem", "难题研究", "S2 6.2"),
    "certification": Evidence("certification of the organisation", "体系认证", "S2 6.3", ("until",)),
    "standards_work": Evidence("part in standards work", "标准化工作", "S2 6.4"),
    "service_point": Evidence("service point or depot", "服务网点", "S2 1.2, 1.3; S0 4.1.6"),
    "service_manual": Evidence("service manual", "服务手册", "S2 4.1"),
    "evaluation": Evidence("internal or external evaluation", "内外部评价", "S2 5.2"),
    "audit_plan": Evidence("audit plan", "监督计划", "S2 5.1", ("owner",)),
    "finding": Evidence("finding of the supervision", "监督发现", "S2 5.1", ("owner",)),
    "waste_record": Evidence("recycling and waste", "回收与废弃物记录", "S4 8.3.2"),
    "assessment_bonus": Evidence("bonus point of the self-assessment", "自评加分项", "S2 4.1-4.3 (p. 4)"),
    "special_deduction": Evidence("special deduction", "特殊扣分项", "S2 4.1-4.3 (p. 4)"),
}
