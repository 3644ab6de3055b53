// The names of all metrics, in the order in which they are written. README.md, the alert rules and the dashboard below
// conf-examples/monitoring/ speak of the same: a test compares them.
#pragma once

#include "common/report/metric_text.hpp"

namespace acme::family {

inline constexpr MetricFamily kBuild{"acme_build", MetricType::info, "",
                                     "The module, its version and the server it runs in."};
inline constexpr MetricFamily kEngineUp{
    "acme_engine_up", MetricType::gauge, "",
    "1 while the engine that orders and renews is alive; 0: all other values are the last it wrote."};
inline constexpr MetricFamily kEngineStart{"acme_engine_start_time_seconds", MetricType::gauge, "seconds",
                                           "When the engine began, in seconds since 1970."};
inline constexpr MetricFamily kStatusWritten{"acme_status_written_timestamp_seconds", MetricType::gauge, "seconds",
                                             "When the engine wrote its status, in seconds since 1970."};

inline constexpr MetricFamily kCertificates{"acme_certificates", MetricType::gauge, "",
                                            "How many certificates are in each state."};
inline constexpr MetricFamily kOrders{"acme_orders_in_flight", MetricType::gauge, "",
                                      "Certificates that are being ordered now."};

inline constexpr MetricFamily kCertificate{"acme_certificate", MetricType::info, "",
                                           "The type of a certificate's key."};
inline constexpr MetricFamily kNotBefore{"acme_certificate_not_before_timestamp_seconds", MetricType::gauge, "seconds",
                                         "When the stored certificate begins to be valid, in seconds since 1970."};
inline constexpr MetricFamily kNotAfter{"acme_certificate_not_after_timestamp_seconds", MetricType::gauge, "seconds",
                                        "When the stored certificate expires, in seconds since 1970."};
inline constexpr MetricFamily kNextRenewal{"acme_certificate_next_renewal_timestamp_seconds", MetricType::gauge,
                                           "seconds", "When it will be renewed, in seconds since 1970."};
inline constexpr MetricFamily kState{"acme_certificate_state", MetricType::gauge, "",
                                     "1 for the state that a certificate is in; the others have no sample."};
inline constexpr MetricFamily kServed{
    "acme_certificate_served", MetricType::gauge, "",
    "1: the server's own listener serves the stored certificate; 0: another one, or none. Absent until it was seen."};
inline constexpr MetricFamily kFailures{"acme_certificate_consecutive_failures", MetricType::gauge, "",
                                        "Attempts at a certificate that failed since the last success."};

inline constexpr MetricFamily kAttempts{
    "acme_attempts", MetricType::counter, "",
    "Attempts at a certificate, by issuer and outcome: success, the ACME problem type or the kind of error."};
inline constexpr MetricFamily kDuration{"acme_order_duration_seconds", MetricType::histogram, "seconds",
                                        "How long successful attempts took, from beginning to stored."};
inline constexpr MetricFamily kRequests{"acme_issuer_requests", MetricType::counter, "",
                                        "Requests to an issuer, by status code of the answer; none: no answer."};
inline constexpr MetricFamily kIssuerUp{
    "acme_issuer_up", MetricType::gauge, "",
    "0 while an issuer fails as a whole: no answer, errors of its own, or a limit that holds the account."};
inline constexpr MetricFamily kIssuerFailures{"acme_issuer_consecutive_failures", MetricType::gauge, "",
                                              "Failures of an issuer as a whole since it worked last."};
inline constexpr MetricFamily kFailingSince{"acme_issuer_failing_since_timestamp_seconds", MetricType::gauge, "seconds",
                                            "Since when an issuer fails as a whole, in seconds since 1970."};
inline constexpr MetricFamily kPausedUntil{"acme_issuer_paused_until_timestamp_seconds", MetricType::gauge, "seconds",
                                           "Until when an issuer is not asked, in seconds since 1970."};
inline constexpr MetricFamily kLastSuccess{"acme_issuer_last_success_timestamp_seconds", MetricType::gauge, "seconds",
                                           "When an issuer last answered as it should, in seconds since 1970."};
inline constexpr MetricFamily kLimitAllowed{"acme_issuer_limit_allowed", MetricType::gauge, "",
                                            "What a limit of the issuer allows within its span of time."};
inline constexpr MetricFamily kLimitRemaining{"acme_issuer_limit_remaining", MetricType::gauge, "",
                                              "What is left of a limit of the issuer now."};

inline constexpr MetricFamily kReloads{
    "acme_reloads", MetricType::counter, "",
    "Graceful reloads for new certificates: asked for, hindered for a new reason, or failed to be asked for."};
inline constexpr MetricFamily kReloadPending{"acme_reload_pending", MetricType::gauge, "",
                                             "1 while a graceful reload is wanted and something hinders it."};
inline constexpr MetricFamily kLastReload{"acme_last_reload_timestamp_seconds", MetricType::gauge, "seconds",
                                          "When a graceful reload was last asked for, in seconds since 1970."};
inline constexpr MetricFamily kNotices{"acme_notices", MetricType::counter, "",
                                       "Tries to bring a notice to an operator, by kind and outcome."};

}  // namespace acme::family
