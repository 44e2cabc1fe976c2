package main

import (
	"context"
	"crypto/rand"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

// instanceReconciler keeps what one TickStorm owns.
type instanceReconciler struct {
	writer
	templates *templates
	recorder  events.EventRecorder
}

func (r *instanceReconciler) setUp(manager ctrl.Manager, options controller.Options) error {
	// Its status, which we write ourselves, is no news.
	declared := predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{})
	building := ctrl.NewControllerManagedBy(manager).WithOptions(options).
		For(&TickStorm{}, builder.WithPredicates(declared))
	for _, kind := range ownedKinds() {
		building = building.Owns(kind)
	}
	return building.Complete(r)
}

func (r *instanceReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var tickStorm TickStorm
	if err := r.Get(ctx, request.NamespacedName, &tickStorm); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !tickStorm.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	objects, err := r.templates.render(request.Namespace, request.Name)
	if err != nil {
		return ctrl.Result{}, err
	}
	var created []string
	for _, object := range objects {
		if err := controllerutil.SetControllerReference(&tickStorm, object, r.Scheme()); err != nil {
			return ctrl.Result{}, err
		}
		if secret, ok := object.(*corev1.Secret); ok {
			fillIn(secret)
		}
		isNew, err := r.ensure(ctx, object)
		if err != nil {
			return ctrl.Result{}, err
		}
		if isNew {
			created = append(created, object.GetName())
		}
	}
	if len(created) > 0 {
		r.recorder.Eventf(&tickStorm, nil, corev1.EventTypeNormal, "Created", "Create", "Created %s", strings.Join(created, ", "))
	}
	return ctrl.Result{}, r.report(ctx, &tickStorm)
}

// fillIn puts random values into a Secret that is about to be created.
func fillIn(secret *corev1.Secret) {
	for key := range secret.Data {
		secret.Data[key] = []byte(rand.Text())
	}
}

// report writes the status when it says something new.
func (r *instanceReconciler) report(ctx context.Context, tickStorm *TickStorm) error {
	before := tickStorm.deepCopy()
	var deployment appsv1.Deployment
	err := r.Get(ctx, client.ObjectKeyFromObject(tickStorm), &deployment)
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	condition := metav1.Condition{
		Type: "Ready", Status: metav1.ConditionFalse, Reason: "RolloutInProgress",
		Message: "the Deployment is not complete yet", ObservedGeneration: tickStorm.Generation,
	}
	if err == nil && isComplete(&deployment) {
		condition.Status, condition.Reason, condition.Message = metav1.ConditionTrue, "Complete", "all objects are there"
	}
	status := &tickStorm.Status
	status.ObservedGeneration = tickStorm.Generation
	status.Replicas, status.ReadyReplicas = deployment.Status.Replicas, deployment.Status.ReadyReplicas
	if deployment.Spec.Selector != nil {
		status.Selector = metav1.FormatLabelSelector(deployment.Spec.Selector)
	}
	meta.SetStatusCondition(&status.Conditions, condition)
	if equality.Semantic.DeepEqual(before.Status, tickStorm.Status) {
		return nil
	}
	return client.IgnoreNotFound(r.Status().Patch(ctx, tickStorm, client.MergeFrom(before)))
}

func isComplete(deployment *appsv1.Deployment) bool {
	status, wanted := deployment.Status, int32(1)
	if deployment.Spec.Replicas != nil {
		wanted = *deployment.Spec.Replicas
	}
	return status.ObservedGeneration >= deployment.Generation && status.UpdatedReplicas == wanted &&
		status.Replicas == wanted && status.AvailableReplicas == wanted
}
