//! Secrets, read from the two places that AWS has for them.

use aws_sdk_secretsmanager::primitives::Blob;
use aws_sdk_ssm::types::ParameterType;
use sgh_aws::{secret_string, ssm_parameter};

use crate::stand::{config, name};

#[tokio::test]
async fn a_parameter_is_read_decrypted() {
    let config = config().await;
    let name = format!("/{}", name("token"));
    let client = aws_sdk_ssm::Client::new(&config);
    let put = client.put_parameter().name(&name).r#type(ParameterType::SecureString);
    put.value("first\nsecond\n").send().await.unwrap();
    assert_eq!(ssm_parameter(&config, &name).await.unwrap(), "first\nsecond\n");
}

#[tokio::test]
async fn a_secret_is_read_by_name_and_by_arn() {
    let config = config().await;
    let name = name("key");
    let client = aws_sdk_secretsmanager::Client::new(&config);
    let made = client.create_secret().name(&name).secret_string("s3cr3t").send().await.unwrap();
    assert_eq!(secret_string(&config, &name).await.unwrap(), "s3cr3t");
    assert_eq!(secret_string(&config, &made.arn.unwrap()).await.unwrap(), "s3cr3t");
}

#[tokio::test]
async fn what_cannot_be_read_is_named_with_the_fix() {
    let config = config().await;
    let error = ssm_parameter(&config, "/no/such").await.unwrap_err().to_string();
    let expect = "SSM parameter `/no/such` does not exist in region us-east-1; \
                  check the `ssm:` reference";
    assert_eq!(error, expect);
    let error = secret_string(&config, "no-such").await.unwrap_err().to_string();
    let expect = "secret `no-such` does not exist in region us-east-1; \
                  check the `secretsmanager:` reference";
    assert_eq!(error, expect);
    let name = name("bytes");
    let client = aws_sdk_secretsmanager::Client::new(&config);
    let make = client.create_secret().name(&name).secret_binary(Blob::new(b"\xff"));
    make.send().await.unwrap();
    let error = secret_string(&config, &name).await.unwrap_err().to_string();
    assert_eq!(error, format!("secret `{name}` holds bytes, not text; store it as a string"));
}
