"""What MLflow's REST API can write: each handler, and how it is judged or why it is let through.

A handler that is in neither table, such as one of a later release of MLflow, is refused.
"""

from mlops_assets.registry import guard_rules as rules

JUDGED = {
    "_delete_run": rules.run,
    "_update_run": rules.run,
    "_set_tag": rules.run,
    "_delete_tag": rules.run,
    "_log_param": rules.run,
    "_log_metric": rules.run,
    "_log_batch": rules.run,
    "_log_model": rules.run,
    "_log_inputs": rules.run,
    "_log_outputs": rules.run,
    "_link_traces_to_run": rules.run,
    "serve_upload_artifact": rules.run,
    "_create_presigned_upload_url": rules.run,
    "_finalize_logged_model": rules.logged_model,
    "_delete_logged_model": rules.logged_model,
    "_set_logged_model_tags": rules.logged_model,
    "_delete_logged_model_tag": rules.logged_model,
    "_log_logged_model_params": rules.logged_model,
    "_delete_experiment": rules.experiment,
    "_update_experiment": rules.experiment,
    "_delete_model_version": rules.deleted_version,
    "_transition_stage": rules.version,
    "_set_model_version_tag": rules.version_tag,
    "_delete_model_version_tag": rules.version_tag,
    "_delete_registered_model": rules.model,
    "_rename_registered_model": rules.model_name,
    "_set_registered_model_tag": rules.model_tag,
    "_delete_registered_model_tag": rules.model_tag,
    "_set_registered_model_alias": rules.alias,
    "_delete_registered_model_alias": rules.alias,
}

LET_THROUGH = {
    name: reason
    for reason, names in {
        "it only reads, as do the mutations of GraphQL": """
            _search_experiments _search_runs _search_logged_models _get_latest_versions
            _create_presigned_download_url serve_search_datasets _graphql _not_implemented
        """,
        "it adds something, from which nothing serves yet": """
            _create_experiment _restore_experiment _create_run _restore_run
            serve_create_promptlab_run _create_logged_model _create_registered_model
            _create_model_version
        """,
        "it is a description, on which no decision depends": """
            _set_experiment_tag _delete_experiment_tag _update_model_version
            _update_registered_model serve_post_ui_telemetry
        """,
        "`mlops-assets up` turns it off: the proxy of artifacts, background jobs, workspaces": """
            _upload_artifact _delete_artifact_mlflow_artifacts _create_multipart_upload_artifact
            _complete_multipart_upload_artifact _abort_multipart_upload_artifact
            _cancel_job _invoke_issue_detection_handler _invoke_genai_evaluate_handler
            _invoke_scorer_handler _create_prompt_optimization_job
            _cancel_prompt_optimization_job _search_prompt_optimization_jobs
            _delete_prompt_optimization_job
            _create_workspace_handler _update_workspace_handler _delete_workspace_handler
        """,
        "it is about traces, prompts and judges of language models, in tables of their own": """
            _start_trace_v3 _search_traces_v3 _query_trace_metrics _batch_get_trace_infos
            _calculate_trace_filter_correlation _delete_traces _link_prompts_to_trace
            _set_trace_tag _set_trace_tag_v3 _delete_trace_tag _delete_trace_tag_v3
            _deprecated_start_trace_v2 _deprecated_end_trace_v2
            _create_assessment _update_assessment _delete_assessment
            _create_dataset_handler _delete_dataset_handler _upsert_dataset_records_handler
            _delete_dataset_records_handler _set_dataset_tags_handler _delete_dataset_tag_handler
            _search_evaluation_datasets_handler _add_dataset_to_experiments_handler
            _remove_dataset_from_experiments_handler
            _register_scorer _delete_scorer _upsert_online_scoring_config
            _create_issue _update_issue _search_issues _generate_demo _delete_demo
            _create_label_schema _update_label_schema _delete_label_schema
            _create_review_queue _update_review_queue _delete_review_queue
            _get_or_create_user_queue _add_items_to_review_queue
            _remove_items_from_review_queue _set_review_queue_item_status
        """,
        "it is about MLflow's gateway to language models, in tables of its own": """
            serve_gateway_proxy _create_gateway_endpoint _update_gateway_endpoint
            _delete_gateway_endpoint _set_gateway_endpoint_tag _delete_gateway_endpoint_tag
            _attach_model_to_gateway_endpoint _detach_model_from_gateway_endpoint
            _create_gateway_endpoint_binding _delete_gateway_endpoint_binding
            _create_gateway_model_definition _update_gateway_model_definition
            _delete_gateway_model_definition _create_gateway_secret _update_gateway_secret
            _delete_gateway_secret _create_gateway_guardrail _delete_gateway_guardrail
            _add_guardrail_to_endpoint _remove_guardrail_from_endpoint
            _update_endpoint_guardrail_config
            _create_budget_policy _update_budget_policy _delete_budget_policy
        """,
        "it reports what happens elsewhere": """
            _create_webhook _update_webhook _delete_webhook _test_webhook
        """,
    }.items()
    for name in names.split()
}

USERS = frozenset(
    {
        *("create_user", "update_user_password", "update_user_admin", "delete_user"),
        *("create_role", "update_role", "delete_role", "assign_role", "unassign_role"),
        *("add_role_permission", "update_role_permission", "remove_role_permission"),
        *("grant_user_permission", "revoke_user_permission", "<lambda>"),
    }
)
"""What the app `mlops-assets-auth` adds: users and their rights, which MLflow's login judges."""
