"""Which intents are questions for information, and which are talk around the conversation."""

from __future__ import annotations

INFORM = {
    "ask_massage_suitability",
    "ask_massage_technique",
    "ask_massage_kind",
    "ask_massage_frequency",
    "ask_massage_benefits",
    "ask_massage_risks",
    "ask_oils",
    "ask_posture",
    "ask_movement",
    "ask_heat_cold",
    "ask_sleep",
    "ask_stress",
    "ask_lifestyle",
    "ask_cause",
    "ask_what_is_wrong",
    "ask_medicines",
}
CONVERSE = {
    "greet",
    "thank",
    "goodbye",
    "complain",
    "abuse",
    "out_of_scope",
    "ask_about_bot",
    "ask_privacy",
    "delete_my_data",
    "ask_prices_booking",
    "ask_human",
}

MASSAGE = {
    "ask_massage_suitability",
    "ask_massage_technique",
    "ask_massage_kind",
    "ask_massage_frequency",
    "ask_massage_benefits",
    "ask_massage_risks",
}
HANDS_ON = (MASSAGE | {"ask_oils"}) - {"ask_massage_benefits", "ask_massage_risks"}
