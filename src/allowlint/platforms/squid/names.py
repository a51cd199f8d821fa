"""The words that Squid knows: an unknown directive or ACL type keeps it from starting.

Directive names were read from ``cf.data.pre`` of Squid 3.5, 5.7 and the current development version (a name that any of them
knows is taken as known, obsolete ones included: those only print a message); ACL types from ``AclRegs.cc`` of 5.7.
"""

DIRECTIVES = frozenset(
    """
accept_filter access_log acl acl_uses_indirect_client adaptation_access adaptation_masterx_shared_names
adaptation_meta adaptation_send_client_ip adaptation_send_username adaptation_service_chain
adaptation_service_iteration_limit adaptation_service_set adaptation_uses_indirect_client adapted_http_access
allow_underscore always_direct announce_file announce_host announce_period announce_port append_domain
as_whois_server ascii_port auth_param auth_schemes authenticate_cache_garbage_interval authenticate_ip_ttl
authenticate_ttl background_ping_rate balance_on_multiple_ip broken_posts broken_vary_encoding buffered_logs
cache cache_access_log cache_dir cache_effective_group cache_effective_user cache_host_domain cache_log
cache_log_message cache_mem cache_mgr cache_miss_revalidate cache_peer cache_peer_access cache_peer_domain
cache_replacement_policy cache_store_log cache_swap_high cache_swap_log cache_swap_low cache_swap_state
cache_vary cachemgr_passwd check_hostnames chroot chunked_request_body_max_size client_db client_delay_access
client_delay_initial_bucket_level client_delay_parameters client_delay_pools client_dst_passthru
client_idle_pconn_timeout client_ip_max_connections client_lifetime client_netmask
client_persistent_connections client_request_buffer_max_size clientside_mark clientside_tos
collapsed_forwarding collapsed_forwarding_access collapsed_forwarding_shared_entries_limit
configuration_includes_quoted_values connect_retries connect_timeout coredump_dir cpu_affinity_map
dead_peer_timeout debug_options delay_access delay_class delay_initial_bucket_level delay_parameters
delay_pool_uses_indirect_client delay_pools deny_info detect_broken_pconn digest_bits_per_entry
digest_generation digest_rebuild_chunk_percentage digest_rebuild_period digest_rewrite_period
digest_swapout_chunk_size diskd_program dns_defnames dns_multicast_local dns_nameservers dns_packet_max
dns_retransmit_interval dns_testnames dns_timeout dns_v4_fallback dns_v4_first ecap_enable ecap_service
email_err_data emulate_httpd_log err_html_text err_page_stylesheet error_default_language error_directory
error_log_languages error_map esi_parser eui_lookup extension_methods external_acl_type external_refresh_check
follow_x_forwarded_for force_request_body_continuation forward_log forward_max_tries forward_timeout
forwarded_for fqdncache_size ftp_client_idle_timeout ftp_eprt ftp_epsv ftp_epsv_all ftp_list_width ftp_passive
ftp_port ftp_sanitycheck ftp_telnet_protocol ftp_user global_internal_static half_closed_clients
happy_eyeballs_connect_gap happy_eyeballs_connect_limit happy_eyeballs_connect_timeout header_access
header_replace hierarchy_stoplist high_memory_warning high_page_fault_warning high_response_time_warning
hopeless_kid_revival_delay host_verify_strict hostname_aliases hosts_file htcp_access htcp_clr_access
htcp_port http_accel_surrogate_remote http_access http_access2 http_port http_reply_access
http_upgrade_request_protocols httpd_accel_no_pmtu_disc httpd_accel_surrogate_id httpd_suppress_version_string
https_port icap_206_enable icap_access icap_class icap_client_username_encode icap_client_username_header
icap_connect_timeout icap_default_options_ttl icap_enable icap_io_timeout icap_log icap_persistent_connections
icap_preview_enable icap_preview_size icap_retry icap_retry_limit icap_send_client_ip
icap_send_client_username icap_service icap_service_failure_limit icap_service_revival_delay
icap_uses_indirect_client icon_directory icp_access icp_hit_stale icp_port icp_query_timeout
ident_lookup_access ident_timeout ie_refresh ignore_expect_100 ignore_ims_on_miss ignore_unknown_nameservers
incoming_dns_average incoming_http_average incoming_icp_average incoming_rate incoming_tcp_average
incoming_udp_average ipcache_high ipcache_low ipcache_size loadable_modules location_rewrite_access
location_rewrite_children location_rewrite_concurrency location_rewrite_program log_access log_fqdn log_icap
log_icp_queries log_ip_on_direct log_mime_hdrs log_uses_indirect_client logfile_daemon logfile_rotate
logformat mail_from mail_program mark_client_connection mark_client_packet max_filedesc max_filedescriptors
max_open_disk_fds max_stale maximum_icp_query_timeout maximum_object_size maximum_object_size_in_memory
maximum_single_addr_tries mcast_groups mcast_icp_query_timeout mcast_miss_addr mcast_miss_encode_key
mcast_miss_port mcast_miss_ttl memory_cache_mode memory_cache_shared memory_pools memory_pools_limit
memory_replacement_policy mime_table min_dns_poll_cnt min_http_poll_cnt min_icp_poll_cnt min_tcp_poll_cnt
min_udp_poll_cnt minimum_direct_hops minimum_direct_rtt minimum_expiry_time minimum_icp_query_timeout
minimum_object_size miss_access negative_dns_ttl negative_ttl neighbor_type_domain netdb_filename netdb_high
netdb_low netdb_ping_period never_direct no_cache nonhierarchical_direct note offline_mode
on_unsupported_protocol paranoid_hit_validation pconn_lifetime pconn_timeout peer_connect_timeout
persistent_connection_after_error persistent_request_timeout pid_filename pinger_enable pinger_program
pipeline_prefetch positive_dns_ttl prefer_direct proxy_protocol_access qos_flows query_icmp quick_abort_max
quick_abort_min quick_abort_pct range_offset_limit read_ahead_gap read_timeout redirect_children
redirect_program redirect_rewrites_host_header redirector_access redirector_bypass referer_log referrer_log
refresh_all_ims refresh_pattern refresh_stale_hit relaxed_header_parser reload_into_ims reply_body_max_size
reply_header_access reply_header_add reply_header_max_size reply_header_replace request_body_max_size
request_entities request_header_access request_header_add request_header_max_size request_header_replace
request_start_timeout request_timeout response_delay_pool response_delay_pool_access retry_on_error send_hit
server_http11 server_idle_pconn_timeout server_pconn_for_nonretriable server_persistent_connections
shared_memory_locking shared_transient_entries_limit short_icon_urls shutdown_lifetime sleep_after_fork
snmp_access snmp_incoming_address snmp_outgoing_address snmp_port spoof_client_ip ssl_bump ssl_engine
ssl_unclean_shutdown sslcrtd_children sslcrtd_program sslcrtvalidator_children sslcrtvalidator_program
sslpassword_program sslproxy_cafile sslproxy_capath sslproxy_cert_adapt sslproxy_cert_error sslproxy_cert_sign
sslproxy_cert_sign_hash sslproxy_cipher sslproxy_client_certificate sslproxy_client_key sslproxy_flags
sslproxy_foreign_intermediate_certs sslproxy_options sslproxy_session_cache_size sslproxy_session_ttl
sslproxy_version stats_collection store_avg_object_size store_dir_select_algorithm store_id_access
store_id_bypass store_id_children store_id_extras store_id_program store_miss store_objects_per_bucket
storeurl_rewrite_access storeurl_rewrite_bypass storeurl_rewrite_children storeurl_rewrite_program
strip_query_terms tcp_outgoing_address tcp_outgoing_ds tcp_outgoing_dscp tcp_outgoing_mark tcp_outgoing_tos
tcp_recv_bufsize test_reachability tls_key_log tls_outgoing_options tproxy_uses_indirect_client
udp_incoming_address udp_outgoing_address udp_port umask unique_hostname unlinkd_program update_headers
upgrade_http0.9 uri_whitespace url_rewrite_access url_rewrite_bypass url_rewrite_children
url_rewrite_concurrency url_rewrite_extras url_rewrite_host_header url_rewrite_program url_rewrite_timeout
useragent_log vary_ignore_expire via visible_hostname wais_relay_host wais_relay_port wccp2_address
wccp2_assignment_method wccp2_forwarding_method wccp2_rebuild_wait wccp2_return_method wccp2_router
wccp2_service wccp2_service_info wccp2_weight wccp_address wccp_router wccp_version
windows_ipaddrchangemonitor workers write_timeout zero_buffers zph_local zph_mode zph_option zph_parent
zph_sibling
""".split()
)

ACL_TYPES = frozenset(
    """
all-of annotate_client annotate_transaction any-of arp at_step browser ca_cert client_connection_mark clientside_mark
adaptation_service connections_encrypted dst dst_as dstdom_regex dstdomain eui64 ext_user ext_user_regex external has hier_code
http_status ident ident_regex localip localport max_user_ip maxconn method myip myport myportname note peername peername_regex
port proto proxy_auth proxy_auth_regex random referer_regex rep_header rep_mime_type req_header req_mime_type
server_cert_fingerprint snmp_community squid_error src src_as srcdom_regex srcdomain ssl::server_name ssl::server_name_regex
ssl_error tag time transaction_initiator url_regex urllogin urlpath_regex user_cert
""".split()
)

BUILT_IN_ACLS = {
    "all": ("src", "all"),
    "localhost": ("src", "127.0.0.1/32 ::1"),
    "to_localhost": ("dst", "127.0.0.0/8 0.0.0.0/32 ::1/128 ::/128"),
    "to_linklocal": ("dst", "169.254.0.0/16 fe80::/10"),
    "connect": ("method", "CONNECT"),
}
"""ACLs that Squid defines before it reads the file (``to_linklocal`` since 5.8); ``manager`` is treated apart."""

ON_OFF = frozenset(
    """
acl_uses_indirect_client adaptation_send_client_ip adaptation_send_username adaptation_uses_indirect_client
allow_underscore buffered_logs cache_miss_revalidate check_hostnames client_db client_dst_passthru
client_persistent_connections collapsed_forwarding configuration_includes_quoted_values
delay_pool_uses_indirect_client detect_broken_pconn digest_generation dns_defnames dns_multicast_local
ecap_enable email_err_data error_log_languages eui_lookup ftp_eprt ftp_epsv_all ftp_passive ftp_sanitycheck
ftp_telnet_protocol global_internal_static half_closed_clients host_verify_strict http_accel_surrogate_remote
httpd_suppress_version_string icap_206_enable icap_client_username_encode icap_enable
icap_persistent_connections icap_preview_enable icap_send_client_ip icap_send_client_username
icap_uses_indirect_client icp_hit_stale ignore_ims_on_miss ignore_unknown_nameservers log_icp_queries
log_mime_hdrs log_uses_indirect_client memory_cache_shared memory_pools nonhierarchical_direct offline_mode
persistent_connection_after_error pinger_enable prefer_direct query_icmp redirect_rewrites_host_header
redirector_bypass refresh_all_ims reload_into_ims request_entities retry_on_error server_persistent_connections
shared_memory_locking short_icon_urls ssl_unclean_shutdown store_id_bypass storeurl_rewrite_bypass
strip_query_terms test_reachability tproxy_uses_indirect_client url_rewrite_bypass url_rewrite_host_header
vary_ignore_expire via wccp2_rebuild_wait
""".split()
)
"""Switches: Squid 5.7 refuses any other word ("Boolean options can only be 'on' or 'off'"; each one tried)."""

PORT_OPTIONS = frozenset(
    """
accel act-as-origin allow-direct cafile capath cert cipher clientca connection-auth crlfile defaultsite dhparams
disable-pmtu-discovery dynamic_cert_mem_cache_size generate-host-certificates ignore-cc intercept ipv4 key name
no-connection-auth no-vhost options protocol require-proxy-header ssl-bump sslBump sslcontext sslflags
tcpkeepalive tproxy transparent version vhost vport worker-queues
""".split()
)
"""Options of a listener, besides those that begin with ``tls-`` (an unknown one of these is ignored)."""

HELPER_OPTIONS = frozenset(
    """
cache children children-idle children-max children-startup concurrency grace ipv4 ipv6 max-size negative_ttl on-
persistent-overload protocol queue-size quote ttl
""".split()
)
FORMAT_WORDS = frozenset(
    """
ACL DATA DST EXT_LOG EXT_TAG EXT_USER IDENT LOGIN METHOD MYADDR MYPORT PATH PORT PROTO SRC SRCEUI48 SRCEUI64
SRCPORT URI USER_CERT USER_CERTCHAIN
""".split()
)
"""The words of old for ``external_acl_type``; the others are those of ``logformat``."""
AUTH_SCHEMES = frozenset(("basic", "digest", "negotiate", "ntlm"))
AUTH_SETTINGS = frozenset(
    """
blankpassword casesensitive check_nonce_count children concurrency credentialsttl keep_alive key_extras
max_challenge_lifetime max_challenge_reuses nonce_garbage_interval nonce_max_count nonce_max_duration nonce_strictness
post_workaround program realm use_ntlm_negotiate utf8
""".split()
)

PROTOCOLS = frozenset(
    """
authority_form cache_object coap coaps ftp htcp http https icp icy none ssl tls urn wais whois
""".split()
)
"""Values of ``proto``; any other is ignored with a warning."""
