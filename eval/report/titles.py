"""What the measures are called in reports."""

from __future__ import annotations

TITLES = {
    "recall@1": "Recall@1",
    "recall@5": "Recall@5",
    "recall@10": "Recall@10",
    "recall@100": "Recall@100",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
    "doc_recall@1": "Recall@1, documents",
    "doc_recall@5": "Recall@5, documents",
    "doc_recall@10": "Recall@10, documents",
    "doc_recall@100": "Recall@100, documents",
    "doc_mrr@10": "MRR@10, documents",
    "doc_ndcg@10": "nDCG@10, documents",
    "contains": "Answer contains the expected words",
    "contains_answered": "… of the questions answered",
    "contains_short": "Answering words contain them",
    "exact_match": "Exact match (answering words)",
    "f1": "Character F1 (answering words)",
    "cmrc_em": "Exact match as CMRC 2018 (answering words)",
    "cmrc_em_answer": "Exact match as CMRC 2018 (whole answer)",
    "cmrc_f1": "F1 as CMRC 2018 (answering words)",
    "cmrc_f1_answer": "F1 as CMRC 2018 (whole answer)",
    "rouge_l": "ROUGE-L over words (answering words)",
    "rouge_l_answer": "ROUGE-L over words (whole answer)",
    "quantities": "Amounts with units (answering words)",
    "quantities_answer": "Amounts with units (whole answer)",
    "list_recall": "Items found (lists)",
    "citation_precision": "Citation precision",
    "citation_recall": "Citation recall",
    "passage_precision": "Citation precision, passage",
    "passage_recall": "Citation recall, passage",
    "span_overlap": "Overlap of cited span and evidence (F1)",
    "verbatim": "Quotes verbatim in their passage",
    "refusal_precision": "Refusal precision",
    "refusal_recall": "Refusal recall",
    "false_refusal": "Answerable, refused",
    "answered_unanswerable": "Unanswerable, answered",
    "auroc": "AUROC of the confidence",
    "calibration_error": "Calibration error of the confidence",
    "understood": "Follow-ups understood",
    "left_alone": "Independent questions left as asked",
    "sentences_supported": "Sentences of the language model, supported",
    "sentences_unsupported": "Sentences of the language model, unsupported",
    "fell_back": "Quoted instead of worded by the model",
    "model_failed": "The language model failed",
    "failed": "Failed with an error",
}
"""Every measure, in the order of reports."""

COLUMNS = {
    "recall@1": "R@1",
    "recall@10": "R@10",
    "recall@100": "R@100",
    "mrr@10": "MRR@10",
    "ndcg@10": "nDCG@10",
    "contains": "Contains",
    "exact_match": "EM",
    "f1": "F1",
    "citation_precision": "Cit. P",
    "citation_recall": "Cit. R",
    "refusal_precision": "Ref. P",
    "refusal_recall": "Ref. R",
    "false_refusal": "False ref.",
}
"""Those that tables of groups show."""

RETRIEVAL = tuple(name for name in TITLES if "@" in name)
"""Those that a stage of retrieval has."""


def title_of(name: str) -> str:
    """The title of a measure, with its stage in front if it names one."""
    stage, _, measure = name.rpartition(":")
    title = TITLES.get(measure, measure)
    return f"{stage}: {title}" if stage else title
