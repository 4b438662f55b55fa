"""When … then …: each reaction is named by a specification. Most are specified with their matter;
the others here, by what they ask for: the command, and the kind of clock or referral where it names
one.

Source: issue on casework, Reactions: each a named, tested function.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel import Command, Recorded
from domain.reactions.kernel import Reaction
from domain.registry import AFTERWARDS, TOGETHER
from tests.domain.histories import one_of_each_recorded
from tests.domain.pools import OneStation

TESTS = Path(__file__).parents[1]
ALL = {each.name: each for each in (*TOGETHER, *AFTERWARDS)}
SOON = datetime(2026, 4, 1, tzinfo=UTC)

THEN: Mapping[str, Mapping[str, set[str]]] = {
    # advice
    "when_advice_issued_then_a_written_reply_is_owed": {
        "AdviceIssued": {"SetDeadline advice_reply"},
    },
    "when_advice_replied_then_the_reply_is_no_longer_owed": {
        "AdviceReplied": {"MeetDeadline advice_reply"},
    },
    # break_glass
    "when_glass_broken_then_open_scope": {
        "BreakGlassOpened": {"OpenScope"},
    },
    "when_glass_broken_then_the_lead_is_told_and_the_review_is_owed": {
        "BreakGlassNotified": {
            "RequestReferral note_break_glass",
            "SetDeadline break_glass_review",
        },
    },
    "when_glass_mended_then_close_scope": {
        "BreakGlassEnded": {"CloseScope"},
    },
    "when_glass_reviewed_then_the_review_is_met": {
        "BreakGlassReviewed": {"MeetDeadline break_glass_review"},
    },
    # safety
    "when_files_are_joined_then_their_safety_instructions_are_read_together": {
        "FileMerged": {"ReadTogether"},
        "FileUnmerged": {"ReadTogether"},
    },
    # aid
    "when_aid_is_looked_at_then_nobody_is_asked_whether_it_goes_on": {
        "AidEnded": {"CompleteReferral"},
        "AidReviewed": {"CompleteReferral"},
    },
    # concerns
    "when_concern_confirmed_then_the_tier_is_raised": {
        "ConcernConfirmed": {"SetTierTrigger"},
    },
    "when_concern_closed_then_it_raises_the_tier_no_longer": {
        "ConcernClosed": {"SetTierTrigger"},
    },
    # consent
    "when_consent_withdrawn_then_close_scope": {
        "ConsentWithdrawn": {"CloseScope"},
    },
    # deadlines
    "when_deadline_resumed_then_it_is_reckoned_by_the_calendar_of_now": {
        "DeadlineResumed": {"RecomputeDeadline complete"},
    },
    # dropout
    "when_what_an_absence_waits_for_is_said_then_it_is_over": {
        "AbsenceReported": {"MeetDeadline verify_absence"},
        "ReturnedToSchool": {"MeetDeadline becomes_dropout"},
        "SuspicionLifted": {"CancelDeadline becomes_dropout"},
    },
    "when_absence_is_reported_then_the_school_is_to_say_what_became_of_it": {
        "LawfulAbsenceApproved": {"SetDeadline verify_absence"},
    },
    "when_dropout_is_suspected_then_it_is_one_after_its_days": {
        "DropoutSuspected": {"SetDeadline becomes_dropout"},
    },
    "when_absence_is_serious_then_the_bureau_orders_the_return": {
        "SeriousAbsenceNoted": {"RequestReferral order_return"},
    },
    "when_joint_measure_is_called_for_then_its_department_acts": {
        "MeasureCalled": {"RequestReferral relieve_family"},
    },
    "when_pupil_is_back_then_tracing_and_persuading_are_over": {
        "ReturnedToSchool": {"WithdrawReferral"},
        "DropoutStruckOff": {"WithdrawReferral"},
    },
    "when_suspicion_is_lifted_then_nobody_is_asked_any_more": {
        "SuspicionLifted": {"WithdrawReferral"},
    },
    # duplicates
    "when_duplicate_confirmed_then_the_two_files_are_joined": {
        "DuplicateConfirmed": {"MergeFile"},
    },
    "when_duplicate_reopened_then_the_two_files_are_apart_again": {
        "DuplicateReopened": {"UnmergeFile"},
    },
    # erasure
    "when_erasure_approved_then_the_file_is_fenced": {
        "ErasureApproved": {"CloseFile"},
    },
    # guardianship
    "when_child_leaves_then_its_tasks_are_over": {
        "ChildPlaced": {"WithdrawReferral"},
        "ChildReturnedHome": {"WithdrawReferral"},
        "PlacementEnded": {"WithdrawReferral"},
    },
    "when_guardian_admonished_then_ask_whether_to_assess": {
        "AdmonitionRecorded": {"AskForAssessment"},
    },
    "when_child_placed_then_start_clocks": {
        "ChildPlaced": {"EndFollowUp", "SetDeadline parent_search", "SetDeadline placement_review"},
    },
    "when_parent_search_concluded_then_search_is_met": {
        "ParentSearchConcluded": {"MeetDeadline parent_search"},
    },
    "when_child_returned_home_then_review_is_met": {
        "ChildReturnedHome": {"CancelDeadline parent_search", "MeetDeadline placement_review"},
    },
    "when_placement_ended_then_stop_clocks": {
        "PlacementEnded": {"CancelDeadline parent_search", "CancelDeadline placement_review"},
    },
    "when_child_left_before_a_task_was_asked_for_then_it_is_over_too": {
        "ChildPlaced": {"WithdrawReferral"},
        "ChildReturnedHome": {"WithdrawReferral"},
        "PlacementEnded": {"WithdrawReferral"},
    },
    "when_child_is_placed_or_home_again_then_its_file_says_so": {
        "ChildPlaced": {"NotePlacement"},
        "ChildReturnedHome": {"NotePlacement"},
        "PlacementEnded": {"NotePlacement"},
    },
    "when_police_informed_then_the_station_considers_an_admonition": {
        "PoliceInformed": {"RequestReferral consider_admonition"},
    },
    "when_guidance_ordered_then_town_and_civil_affairs_follow_up": {
        "GuidanceOrdered": {
            "RequestReferral coordinate_guidance",
            "RequestReferral follow_up_guidance",
        },
    },
    "when_assessment_needed_then_civil_affairs_assess": {
        "AssessmentNeeded": {"RequestReferral assess_guardianship"},
    },
    "when_child_placed_then_the_institution_cares_and_police_search": {
        "ChildPlaced": {"RequestReferral care_for_placed_child", "RequestReferral search_parents"},
    },
    "when_child_returned_home_then_village_follows_up_and_police_note_it": {
        "ChildReturnedHome": {"RequestReferral follow_up_return", "RequestReferral note_return"},
    },
    # health
    "when_disability_stated_then_tier_is_computed": {
        "DisabilitySuspected": {"SetTierTrigger"},
        "DisabilityCertified": {"SetTierTrigger"},
        "DisabilityRuledOut": {"SetTierTrigger"},
    },
    "when_follow_up_starts_or_ends_then_tier_is_computed": {
        "HealthFollowUpStarted": {"SetTierTrigger"},
        "HealthFollowUpEnded": {"SetTierTrigger"},
    },
    "when_health_finding_stated_then_care_notice_is_reviewed": {
        "DisabilitySuspected": {"ReviewCareNotice"},
        "DisabilityCertified": {"ReviewCareNotice"},
        "HealthFollowUpStarted": {"ReviewCareNotice"},
        "HealthFollowUpEnded": {"ReviewCareNotice"},
        "DisabilityRuledOut": {"ReviewCareNotice"},
    },
    # moves
    "when_move_announced_then_the_receiver_sees_what_is_handed_over": {
        "MoveAnnounced": {"OpenScope"},
    },
    "when_move_over_then_close_scope": {
        "MoveConfirmed": {"CloseScope"},
        "MoveWithdrawn": {"CloseScope"},
        "MoveExpired": {"CloseScope"},
    },
    "when_residence_confirmed_then_the_move_is_confirmed": {
        "ResidenceConfirmed": {"ConfirmMove"},
    },
    "when_enrolment_confirmed_then_the_move_is_confirmed": {
        "EnrolmentConfirmed": {"ConfirmMove"},
    },
    "when_child_left_the_district_then_no_residence_here_is_awaited": {
        "DistrictLeft": {"EndMoves"},
    },
    # problems
    "when_problem_is_found_then_it_is_to_be_struck_off_in_time": {
        "ProblemFound": {"SetDeadline problem_open"},
    },
    "when_problem_is_answered_then_whoever_found_it_looks_again": {
        "ProblemAnswered": {"SetDeadline recheck_problem"},
    },
    "when_problem_is_looked_at_again_then_that_clock_is_met": {
        "ProblemRechecked": {"MeetDeadline recheck_problem"},
    },
    "when_problem_is_struck_off_then_its_clocks_are_over": {
        "ProblemStruckOff": {"CancelDeadline recheck_problem", "MeetDeadline problem_open"},
    },
    # workforce
    "when_a_worker_is_registered_then_the_employer_has_him": {
        "WorkerRegistered": {"ListWorker"},
    },
    "when_an_account_is_linked_then_the_user_is_the_worker": {
        "AccountLinked": {"BindAccount"},
    },
    "when_an_entry_check_is_asked_then_the_police_are_to_answer": {
        "EntryCheckAsked": {"SetDeadline entry_check_answer"},
    },
    "when_an_entry_check_is_answered_then_its_clock_is_met": {
        "EntryCheckPassed": {"MeetDeadline entry_check_answer"},
        "EntryCheckBarred": {"MeetDeadline entry_check_answer"},
    },
    # records_requests
    "when_records_requested_then_an_answer_is_owed": {
        "RecordsRequested": {"SetDeadline records_request"},
    },
    "when_records_request_answered_then_the_answer_is_no_longer_owed": {
        "RecordsGranted": {"MeetDeadline records_request"},
        "RecordsRefused": {"MeetDeadline records_request"},
    },
    "when_records_granted_then_open_scope": {
        "RecordsGranted": {"OpenScope"},
    },
    "when_records_access_ended_then_close_scope": {
        "RecordsAccessEnded": {"CloseScope"},
    },
    # referrals
    "when_referral_requested_then_open_scope": {
        "ReferralRequested": {"OpenScope"},
    },
    "when_referral_reassigned_then_scope_and_clocks_move": {
        "ReferralReassigned": {
            "CancelDeadline accept",
            "CancelDeadline complete",
            "CloseScope",
            "OpenScope",
            "SetDeadline accept",
            "SetDeadline complete",
        },
    },
    "when_referral_offered_then_the_other_one_is_asked": {
        "ReferralOffered": {"SetDeadline accept_offer"},
    },
    "when_referral_moved_then_scope_and_clocks_move": {
        "ReferralMoved": {
            "CloseScope",
            "HandOnDeadline complete",
            "MeetDeadline accept",
            "MeetDeadline accept_offer",
            "OpenScope",
        },
    },
    "when_referral_accepted_then_widen_scope": {
        "ReferralAccepted": {"WidenScope"},
    },
    "when_referral_accepted_then_acceptance_is_met": {
        "ReferralAccepted": {"MeetDeadline accept"},
    },
    "when_referral_held_then_its_clock_stands": {
        "ReferralHeld": {"PauseDeadline complete"},
    },
    "when_referral_resumed_then_its_clock_runs_on": {
        "ReferralResumed": {"ResumeDeadline complete"},
    },
    "when_referral_ended_then_close_scope": {
        "ReferralCompleted": {"CloseScope"},
        "ReferralFailed": {"CloseScope"},
        "ReferralReturned": {"CloseScope"},
        "ReferralWithdrawn": {"CloseScope"},
        "ReferralVoided": {"CloseScope"},
    },
    "when_referral_answered_then_clock_is_met": {
        "ReferralCompleted": {"MeetDeadline complete"},
        "ReferralFailed": {"MeetDeadline complete"},
    },
    "when_referral_closed_then_the_confirmation_is_met": {
        "ReferralClosed": {"MeetDeadline confirm_outcome"},
    },
    "when_referral_returned_or_withdrawn_then_stop_clocks": {
        "ReferralReturned": {"CancelDeadline accept", "CancelDeadline complete"},
        "ReferralWithdrawn": {"CancelDeadline accept", "CancelDeadline complete"},
        "ReferralVoided": {"CancelDeadline accept", "CancelDeadline complete"},
    },
    # report_supervision
    "when_report_is_not_filed_then_the_procuratorate_supervises": {
        "MandatoryReportDecided": {"RequestReferral supervise_not_filed"},
    },
    "when_filing_is_ordered_then_who_decided_has_it_anew": {
        "FilingOrdered": {"CompleteReferral", "RequestReferral handle_report"},
    },
    "when_a_referral_is_confined_then_its_clocks_are": {
        "ReferralConfined": {
            "HandOnDeadline accept",
            "HandOnDeadline accept_offer",
            "HandOnDeadline complete",
            "HandOnDeadline confirm_outcome",
        },
    },
    # reports
    "when_report_filed_then_care_and_feedback_are_owed": {
        "MandatoryReportFiled": {"SetDeadline feedback"},
    },
    "when_reporter_fed_back_then_feedback_is_met": {
        "ReporterFedBack": {"MeetDeadline feedback", "MeetDeadline feedback_final"},
    },
    "when_the_child_is_cared_for_then_that_is_met": {
        "MedicalCareStated": {"MeetDeadline medical_first"},
    },
    "when_all_evidence_is_received_then_that_is_met": {
        "EvidenceReceived": {"MeetDeadline evidence_receipt"},
    },
    "when_report_decided_then_its_end_is_owed": {
        "MandatoryReportDecided": {"SetDeadline close_report", "SetDeadline feedback_final"},
    },
    "when_report_closed_then_nothing_of_it_is_owed": {
        "MandatoryReportClosed": {
            "CancelDeadline feedback",
            "CancelDeadline feedback_final",
            "CancelDeadline medical_first",
            "MeetDeadline close_report",
        },
    },
    "when_reported_child_named_then_the_file_holds_the_report": {
        "ReportedChildNamed": {"LinkReport"},
    },
    "when_somebody_is_conflicted_then_the_clocks_are_the_next_ones": {
        "MandatoryReportFiled": {
            "HandOnDeadline close_report",
            "HandOnDeadline evidence_receipt",
            "HandOnDeadline feedback",
            "HandOnDeadline feedback_final",
            "HandOnDeadline medical_first",
        },
        "ReportedChildNamed": {
            "HandOnDeadline close_report",
            "HandOnDeadline evidence_receipt",
            "HandOnDeadline feedback",
            "HandOnDeadline feedback_final",
            "HandOnDeadline medical_first",
        },
        "SuspicionStated": {
            "HandOnDeadline close_report",
            "HandOnDeadline evidence_receipt",
            "HandOnDeadline feedback",
            "HandOnDeadline feedback_final",
            "HandOnDeadline medical_first",
        },
        "ConflictsFollowed": {
            "HandOnDeadline close_report",
            "HandOnDeadline evidence_receipt",
            "HandOnDeadline feedback",
            "HandOnDeadline feedback_final",
            "HandOnDeadline medical_first",
        },
    },
    "when_it_is_known_where_the_child_was_treated_then_that_hospital_is_asked": {
        "MedicalCareStated": {"AskWhoTreated"},
        "ReportedChildNamed": {"AskWhoTreated"},
    },
    "when_evidence_is_asked_for_then_who_treated_the_child_hands_it_over": {
        "EvidenceAsked": {"RequestReferral hand_over_evidence"},
    },
    "when_evidence_is_handed_over_then_its_receipt_is_owed": {
        "EvidenceHandedOver": {"HandOnDeadline evidence_receipt", "SetDeadline evidence_receipt"},
    },
    # dropout_reports
    "when_a_report_is_awaited_then_its_clock_runs": {
        "ReportAwaited": {"SetDeadline monthly_report"},
    },
    "when_a_report_is_there_then_its_clock_is_met": {
        "MonthlyReportFiled": {"MeetDeadline monthly_report"},
        "QuarterReviewed": {"MeetDeadline quarterly_review"},
    },
    "when_a_school_is_closed_then_nothing_is_awaited_of_it": {
        "ReportsEnded": {"CancelDeadline monthly_report"},
    },
    # periodic_duties
    "when_a_duty_is_open_then_its_clock_runs": {
        "DutyOpened": {"SetDeadline periodic_duty"},
        "DutyReopened": {"SetDeadline periodic_duty"},
    },
    "when_a_duty_is_fulfilled_then_its_clock_is_met": {
        "DutyFulfilled": {"MeetDeadline periodic_duty"},
    },
    # hazards
    "when_a_hazard_is_found_then_it_is_to_be_put_right_in_time": {
        "HazardFound": {"CancelDeadline rectify_hazard", "SetDeadline rectify_hazard"},
    },
    "when_a_hazard_is_put_right_then_whoever_found_it_looks_again": {
        "HazardRectified": {"MeetDeadline rectify_hazard", "SetDeadline recheck_hazard"},
    },
    "when_a_hazard_is_looked_at_again_then_it_is_over_or_to_be_put_right_once_more": {
        "HazardRechecked": {"MeetDeadline recheck_hazard"},
    },
    # work_items
    "when_work_is_listed_then_it_is_to_be_done_in_time": {
        "WorkItemListed": {"CancelDeadline work_item", "SetDeadline work_item"},
    },
    "when_work_is_done_or_taken_off_the_list_then_its_clock_is_over": {
        "WorkItemFinished": {"MeetDeadline work_item"},
    },
    # annual_returns
    "when_a_return_is_opened_then_it_is_to_be_filled_in": {
        "ReturnOpened": {"SetDeadline return_fill"},
    },
    "when_a_return_is_submitted_then_it_is_to_be_checked": {
        "ReturnSubmitted": {"MeetDeadline return_fill", "SetDeadline return_check"},
    },
    "when_a_return_is_sent_back_then_it_is_to_be_filled_in_anew": {
        "ReturnSentBack": {
            "MeetDeadline return_check",
            "CancelDeadline return_confirm",
            "CancelDeadline return_lock",
            "SetDeadline return_fill",
        },
    },
    "when_a_return_is_checked_then_it_is_to_be_confirmed": {
        "ReturnChecked": {"MeetDeadline return_check", "SetDeadline return_confirm"},
    },
    "when_a_return_is_confirmed_then_it_is_to_be_locked": {
        "ReturnConfirmed": {"MeetDeadline return_confirm", "SetDeadline return_lock"},
    },
    "when_a_return_is_locked_then_nothing_is_owed": {
        "ReturnLocked": {"MeetDeadline return_lock"},
    },
    # job_help
    "when_job_help_is_sent_then_human_resources_see_the_adults_own_record": {
        "JobHelpSent": {"OpenScope", "SetDeadline job_accept"},
    },
    "when_human_resources_answer_then_the_next_step_is_awaited": {
        "JobHelpAnswered": {
            "MeetDeadline job_accept",
            "SetDeadline job_contact",
            "MeetDeadline job_contact",
            "SetDeadline job_offer",
            "MeetDeadline job_offer",
            "SetDeadline job_result",
            "MeetDeadline job_result",
            "CancelDeadline job_offer",
            "SetDeadline job_follow_up",
            "MeetDeadline job_follow_up",
            "CloseScope",
        },
    },
    "when_job_help_ends_then_the_adult_is_withdrawn_from_human_resources_view": {
        "JobHelpEnded": {
            "CloseScope",
            "CancelDeadline job_accept",
            "CancelDeadline job_contact",
            "CancelDeadline job_offer",
            "CancelDeadline job_result",
            "CancelDeadline job_follow_up",
        },
    },
    "when_a_wish_for_work_is_stated_then_the_station_sends_it_on": {
        "JobWishStated": {"SetDeadline job_send"},
    },
    "when_a_wish_for_work_is_sent_on_then_its_clock_is_met": {
        "JobWishForwarded": {"MeetDeadline job_send"},
    },
    "when_a_wish_for_work_is_withdrawn_then_nobody_sends_it_on": {
        "JobWishWithdrawn": {"CancelDeadline job_send"},
    },
    # offers
    "when_an_offer_is_published_then_it_stands_on_the_board": {
        "OfferPublished": {"ListOffer"},
    },
    "when_spots_are_given_out_then_those_who_wait_are_answered_in_time": {
        "SpotsGivenOut": {
            "MeetDeadline answer_waiting_list",
            "SetDeadline answer_waiting_list",
        },
    },
    "when_nobody_waits_any_more_then_nobody_is_to_be_answered": {
        "OfferEnded": {"MeetDeadline answer_waiting_list"},
    },
    "when_a_spot_is_offered_then_it_is_answered_in_time": {
        "SpotOffered": {"SetDeadline answer_spot"},
    },
    "when_a_spot_is_taken_then_it_is_answered": {
        "SpotTaken": {"MeetDeadline answer_spot"},
    },
    "when_a_spot_is_gone_then_no_answer_is_waited_for": {
        "SignUpEnded": {"CancelDeadline answer_spot"},
        "SpotLapsed": {"CancelDeadline answer_spot"},
    },
    "when_a_spot_is_given_then_whoever_signed_up_is_told": {
        "SpotGiven": {"OfferSpot"},
    },
    "when_a_spot_is_taken_then_the_organiser_expects_the_child": {
        "SpotTaken": {"RequestReferral take_in_child"},
    },
    "when_a_child_comes_then_it_is_expected_no_more": {
        "SpotAttended": {"CompleteReferral"},
    },
    "when_a_sign_up_ends_then_the_child_is_expected_no_more": {
        "SignUpEnded": {"WithdrawReferral"},
    },
    "when_a_spot_is_gone_then_the_next_one_has_it": {
        "SignUpEnded": {"FreeSpot"},
        "SpotLapsed": {"FreeSpot"},
    },
    "when_an_offer_ends_then_those_who_wait_are_told": {
        "OfferEnded": {"CloseSignUp"},
    },
    # joint_cases
    "when_lead_is_offered_then_its_answer_is_awaited": {
        "LeadOffered": {"SetDeadline lead_offer"},
    },
    "when_lead_is_accepted_then_the_answer_is_there": {
        "LeadAccepted": {"MeetDeadline lead_offer"},
    },
    "when_lead_is_declined_then_the_answer_is_there": {
        "LeadDeclined": {"MeetDeadline lead_offer"},
    },
    "when_referral_is_over_then_its_case_may_be_answered": {
        "ReferralCompleted": {"AskWhetherAnswered"},
        "ReferralFailed": {"AskWhetherAnswered"},
        "ReferralWithdrawn": {"AskWhetherAnswered"},
        "ReferralVoided": {"AskWhetherAnswered"},
    },
    "when_another_one_leads_then_the_end_is_its_own": {
        "LeadAccepted": {"AskWhetherAnswered", "CancelDeadline close_case"},
        "LeadHandedOn": {"AskWhetherAnswered", "CancelDeadline close_case"},
    },
    "when_offer_of_the_lead_is_over_then_the_case_may_be_answered": {
        "LeadDeclined": {"AskWhetherAnswered"},
    },
    "when_case_is_answered_then_its_lead_is_to_close_it": {
        "JointCaseAnswered": {"SetDeadline close_case"},
    },
    "when_case_is_closed_then_nothing_is_owed": {
        "JointCaseClosed": {"MeetDeadline close_case"},
    },
    "when_more_is_asked_then_the_case_is_not_to_be_closed": {
        "JointCaseResumed": {"CancelDeadline close_case"},
    },
    # mentoring
    "when_scope_or_school_changes_then_key_care_is_reviewed": {
        "ChildClassified": {"ReviewKeyCare"},
        "EnrolmentConfirmed": {"ReviewKeyCare"},
        "EnrolmentEnded": {"ReviewKeyCare"},
        "DistrictLeft": {"ReviewKeyCare"},
        "FileMerged": {"ReviewKeyCare"},
        "FileUnmerged": {"ReviewKeyCare"},
    },
    "when_key_care_is_noted_then_mentor_and_companion_are_to_be_found": {
        "KeyCareNoted": {"SetDeadline appoint_mentor", "SetDeadline appoint_peer"},
    },
    "when_a_pair_ends_then_another_one_is_to_be_found": {
        "PairEnded": {"SetDeadline appoint_mentor"},
    },
    "when_paired_then_nobody_is_to_be_found": {
        "Paired": {"MeetDeadline appoint_mentor"},
    },
    "when_key_care_ends_then_nobody_is_waited_for": {
        "KeyCareEnded": {"CancelDeadline appoint_mentor", "CancelDeadline appoint_peer"},
    },
    # supervisory_orders
    "when_order_issued_then_a_written_reply_is_owed": {
        "OrderIssued": {"SetDeadline supervisory_reply"},
    },
    "when_order_replied_then_the_reply_is_no_longer_owed": {
        "OrderReplied": {"MeetDeadline supervisory_reply"},
    },
    # verification
    "when_verification_differs_then_the_town_checks": {
        "ChildVerified": {"RequestReferral check_verification"},
    },
    "when_a_child_is_verified_then_it_is_owed_no_more": {
        "ChildVerified": {"MeetObligation verification"},
    },
    "when_attendance_is_stated_then_it_is_compared_with_the_roll": {
        "AttendanceStated": {"CompareEnrolment"},
    },
    "when_a_child_director_raises_a_disability_then_the_federation_assesses": {
        "DisabilityRaised": {"RequestReferral assess_disability"},
    },
    "when_the_roll_differs_then_education_checks": {
        "RollDifferenceFound": {"RequestReferral check_roll"},
    },
    "when_a_round_is_opened_then_the_towns_report_is_awaited": {
        "RoundOpened": {"SetDeadline verification_report"},
    },
    "when_a_town_reports_on_its_round_then_its_clock_is_met": {
        "RoundReported": {"MeetDeadline verification_report"},
    },
    # visits
    "when_somebody_is_conflicted_then_the_visits_are_the_next_ones": {
        "SuspicionNoted": {
            "PlanVisits contact",
            "PlanVisits follow_up",
            "PlanVisits home_visit",
            "PlanVisits verification",
        },
    },
}
"""Reaction → event → what follows from it."""

WHERE: tuple[tuple[str, str, dict[str, Any], set[str]], ...] = (
    (
        "when_town_confirms_a_concern_then_the_concern_is_confirmed",
        "ReferralCompleted",
        {"kind": "look_into_concern", "outcome": "CONFIRMED"},
        {"ConfirmConcern"},
    ),
    (
        "when_town_returns_a_concern_then_civil_affairs_look_into_it",
        "ReferralReturned",
        {"kind": "look_into_concern", "addressee": "town:310117001"},
        {"RequestReferral look_into_concern"},
    ),
    ("when_consent_given_then_open_scope", "ConsentGiven", {"effective": True}, {"OpenScope"}),
    (
        "when_a_suspected_absence_lasts_then_it_is_a_dropout",
        "DeadlineMissed",
        {"kind": "becomes_dropout"},
        {"ConfirmDropout"},
    ),
    (
        "when_the_home_was_not_reached_then_the_village_visits",
        "AbsenceReported",
        {"visit_home": True, "home_village": "310117001001"},
        {"RequestReferral visit_absent_pupil"},
    ),
    (
        "when_identity_stated_in_doubt_then_a_duplicate_is_suspected",
        "IdentityStated",
        {"possible_duplicates": (UUID(int=3),)},
        {"SuspectDuplicate"},
    ),
    (
        "when_federation_finds_no_disability_then_the_suspicion_ends",
        "ReferralCompleted",
        {"kind": "assess_disability", "outcome": "NOT_DISABLED"},
        {"RuleOutDisability"},
    ),
    (
        "when_referral_answered_then_its_sender_is_to_confirm",
        "ReferralCompleted",
        {"confirm_by": SOON},
        {"SetDeadline confirm_outcome"},
    ),
    (
        "when_guidance_is_refused_then_who_ordered_it_is_told",
        "ReferralCompleted",
        {"kind": "follow_up_guidance", "outcome": "REFUSED", "sender": "court:310117"},
        {"RequestReferral note_guidance_refused"},
    ),
    (
        "when_a_report_moves_then_its_clocks_move_with_it",
        "ReferralMoved",
        {"kind": "handle_report"},
        {"HandOnDeadline feedback", "HandOnDeadline feedback_final"},
    ),
    (
        "when_another_child_is_named_then_nobody_is_asked_about_the_first",
        "ReportedChildNamed",
        {"asks_ended": (1,)},
        {"WithdrawReferral"},
    ),
)
"""Reaction, event, where the event says this: what follows; from any other nothing does."""


@cache
def named() -> frozenset[str]:
    """Every name that a specification uses."""
    found: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return frozenset(found)


def test_each_reaction_is_named_by_a_specification() -> None:
    missing = sorted(set(ALL) - named())
    assert missing == [], "say when it happens and what then: with its matter, or in THEN"


def test_a_reaction_without_one_would_be_seen() -> None:
    assert "_".join(("when", "nothing", "then", "nobody")) not in named()


def followed(reaction: Reaction, cause: Recorded) -> set[str]:
    """What a reaction asks for, as the table says it."""
    return {_said(each) for each in reaction.then(cause.event, cause, OneStation())}


def _said(command: Command) -> str:
    kind = getattr(command, "kind", "")
    return f"{type(command).__name__} {kind}".strip()


def causes(event: str) -> list[Recorded]:
    """Events of a type, as a history has them."""
    found = [fact for fact in one_of_each_recorded() if type(fact.event).__name__ == event]
    assert found, event
    return found


@pytest.mark.parametrize(
    ("name", "event"), [(name, event) for name, events in THEN.items() for event in events]
)
def test_when_then(name: str, event: str) -> None:
    assert any(each.__name__ == event for each in ALL[name].on)
    found: set[str] = set().union(*(followed(ALL[name], cause) for cause in causes(event)))
    assert found >= THEN[name][event]


@pytest.mark.parametrize(("name", "event", "where", "then"), WHERE, ids=[row[0] for row in WHERE])
def test_when_and_where_then(name: str, event: str, where: dict[str, Any], then: set[str]) -> None:
    cause = causes(event)[0]
    assert followed(ALL[name], cause) == set()
    changed = replace(cause, event=cause.event.model_copy(update=where))
    assert followed(ALL[name], changed) >= then
